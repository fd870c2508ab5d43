package ui

import (
	"slices"
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
	b.WriteString(markup(`<section id="about" class="about" aria-labelledby="heading-about"><h2 id="heading-about">Errors that are known</h2><p>What goes wrong, and what to do, in the order of a mail's way. On a server, the command <code>wgsmtp explain</code> answers the same. <a href="§settings.html">I have settings instead</a>.</p>`, root))
	for _, g := range groups {
		b.WriteString(markup(`<h3 class="known__group">§</h3>`, g.title))
		for i := range all {
			if slices.Contains(g.steps, all[i].Step) {
				b.WriteString(known(&all[i]))
			}
		}
	}
	b.WriteString(`</section>`)
	return b.String()
}

func known(e *trouble.Entry) string {
	verify := ""
	if e.Verify != "" {
		verify = markup(`<p>To make sure: §</p>`, e.Verify)
	}
	return markup(`<details class="known" id="known-§"><summary>§</summary>¶¶</details>`, e.ID, e.Title,
		each(e.Causes, func(_ int, c *trouble.Cause) string {
			return markup(`<p class="known__cause">§</p><p>§</p>¶`, c.Text, c.Fix,
				each(c.Commands, func(_ int, cmd *trouble.Command) string {
					return markup(`<pre class="known__command"><code>§</code></pre>`, cmd.Text)
				}))
		}), verify)
}
