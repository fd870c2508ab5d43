package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/trouble"
)

// knowledge is every error that is known, with its answers, as text: for
// readers without a program, and for those who search. It is one piece of
// markup, since the program has nothing to do with it.
type knowledge struct {
	app.Compo

	Root string
}

// groups are the parts of the way in the order in which they are met.
var groups = []struct {
	steps []trouble.Step
	title string
}{
	{[]trouble.Step{trouble.Connect, trouble.Greeting, trouble.EHLO}, "Reaching the server"},
	{[]trouble.Step{trouble.StartTLS}, "Encryption"},
	{[]trouble.Step{trouble.Auth}, "Login"},
	{[]trouble.Step{trouble.MailFrom, trouble.Rcpt}, "Sender and recipient"},
	{[]trouble.Step{trouble.Data}, "The mail itself"},
	{[]trouble.Step{trouble.Delivery, ""}, "After the server took the mail"},
	{[]trouble.Step{trouble.Sendmail}, "PHP's mail() and sendmail"},
	{[]trouble.Step{trouble.Before}, "In the wiki and PHP"},
}

// Render implements app.Composer.
func (k *knowledge) Render() app.UI { return app.Raw(knowledgeMarkup(k.Root)) }

func knowledgeMarkup(root string) string {
	all := trouble.All()
	var b strings.Builder
	b.WriteString(`<section id="about" class="about" aria-labelledby="heading-about"><h2 id="heading-about">Errors that are known</h2>`)
	b.WriteString(`<p>What goes wrong most often, and what to do, in the order of a mail's way. On a server, the command <code>wgsmtp explain</code> answers the same. <a href="` + esc(root) + settingsName + `.html">I have settings instead</a>.</p>`)
	for _, g := range groups {
		b.WriteString(`<h3 class="known__group">` + esc(g.title) + `</h3>`)
		for i := range all {
			for _, s := range g.steps {
				if all[i].Step == s {
					writeEntry(&b, &all[i])
				}
			}
		}
	}
	b.WriteString(`</section>`)
	return b.String()
}

func writeEntry(b *strings.Builder, e *trouble.Entry) {
	b.WriteString(`<details class="known" id="known-` + esc(e.ID) + `"><summary>` + esc(e.Title) + `</summary>`)
	for _, c := range e.Causes {
		b.WriteString(`<p class="known__cause">` + esc(c.Text) + `</p><p>` + esc(c.Fix) + `</p>`)
		for _, cmd := range c.Commands {
			b.WriteString(`<pre class="known__command"><code>` + esc(cmd.Text) + `</code></pre>`)
		}
	}
	if e.Verify != "" {
		b.WriteString(`<p>To make sure: ` + esc(e.Verify) + `</p>`)
	}
	b.WriteString(`</details>`)
}
