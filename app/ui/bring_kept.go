package ui

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

// What was imported and has no field goes along to the form as State.Kept: the
// block has it, the previews read it, and a note names it. It is in no link.

// forget takes out of what is kept the settings whose fields changed from one
// Config to another. What is kept is never changed in place: steps of undo hold
// it, too.
func forget(k *localsettings.Kept, from, to wgsmtp.Config) *localsettings.Kept {
	if k == nil || from == to {
		return k
	}
	k = k.Clone()
	for _, ch := range wgsmtp.Diff(from, to) {
		k.Drop(ch.Field)
	}
	return k
}

// withoutExample takes back the example of a name in EHLO, where settings came
// that have none: it need not be filled in.
func (o *Outputs) withoutExample() {
	if o.State.Kept != nil {
		o.Shown.EHLOName = o.State.Config.EHLOName
		o.Placeholders = slices.DeleteFunc(o.Placeholders, func(id string) bool { return id == "ehlo-name" })
	}
}

// settings are what the block sets.
func (o *Outputs) settings() *localsettings.Settings {
	s := localsettings.Of(&o.Shown, o.Release, o.Carrier)
	o.State.Kept.Over(s)
	return s
}

// keptSecret tells that something kept is a secret by its name.
func keptSecret(k *localsettings.Kept) bool {
	found := false
	if k != nil {
		see := func(name string, v php.Value) { found = found || localsettings.IsSecretName(name) || namesSecret(v) }
		for _, e := range slices.Concat(k.SMTP, k.Options) {
			see(e.Key.Str, e.Value)
		}
		for _, v := range k.Vars {
			see(v.Name, v.Value)
		}
	}
	return found
}

func namesSecret(v php.Value) bool {
	return slices.ContainsFunc(v.Array, func(e php.Entry) bool { return localsettings.IsSecretName(e.Key.Str) || namesSecret(e.Value) })
}

// hidesKept tells that a line prints something kept that is a secret by its
// name.
func hidesKept(l *localsettings.Line) bool {
	return l.Kept && slices.ContainsFunc(l.Tokens, func(t localsettings.Token) bool {
		return localsettings.IsSecretName(strings.Trim(t.Text, `'"$`))
	})
}

// keptPassword tells whether the password is kept, and whether it is there: one
// that PHP reads from elsewhere is not.
func keptPassword(k *localsettings.Kept) (kept, there bool) {
	if k == nil || !k.Decides("secret") {
		return false, false
	}
	for _, e := range k.SMTP {
		if e.Key == php.StringKey("password") {
			return true, e.Value.IsConst()
		}
	}
	return true, true
}

// keptText is what is kept without its secrets, to tell one from another.
func keptText(k *localsettings.Kept) string {
	if k == nil {
		return ""
	}
	var b strings.Builder
	for _, item := range k.Items() {
		b.WriteString(item.Name + "\n")
	}
	tell := func(name string, v php.Value) {
		if !localsettings.IsSecretName(name) && !namesSecret(v) {
			b.WriteString(php.Printer{}.Source(v) + "\n")
		}
	}
	for _, e := range slices.Concat(k.SMTP, k.Options) {
		tell(e.Key.Str, e.Value)
	}
	for _, v := range k.Vars {
		tell(v.Name, v.Value)
	}
	return b.String()
}

// keptNames are what is kept, for a note.
func keptNames(k *localsettings.Kept) []string {
	var out []string
	for _, item := range k.Items() {
		out = append(out, item.Name)
	}
	return out
}

// keptNote says on the form what came along from settings, with a way to drop
// it.
func (p *Page) keptNote() app.UI {
	items := p.state.Kept.Items()
	if len(items) == 0 {
		return el("div")
	}
	return el("div").Body(app.Raw(markup(`<section id="kept" class="kept" tabindex="-1" aria-label="Kept from your settings"><div class="cdx-message cdx-message--block cdx-message--notice"><span class="cdx-message__icon"></span><div class="cdx-message__content"><p>Kept from your settings, since no field has it. The block prints it as it was; it is not checked, and not in a link.</p><ul class="kept__list">¶</ul></div></div></section>`,
		each(items, func(_ int, item *localsettings.KeptItem) string {
			out := ""
			if item.Out {
				out = " left out"
			}
			return markup(`<li><code>§</code>§ ¶</li>`, item.Name, out, doButton("drop-kept", item.Name, "Drop", smallButton))
		}))))
}

// dropKept forgets one thing kept, in a way that can be undone.
func (p *Page) dropKept(ctx app.Context, name string) {
	s := p.state
	s.Kept = s.Kept.Clone()
	s.Kept.DropItem(name)
	p.replace(ctx, "drop "+name, s)
	focus(ctx, "kept")
}
