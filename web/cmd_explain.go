package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

var explainCommand = command{
	name:  "explain",
	usage: "[--settings FILE] [--release R] [--json] [TEXT|-]",
	about: "explain an error: what happened, why, and how to mend it",
	details: "TEXT is an error as the wiki's page, a log, PHP or a mail server gives it, with or\n" +
		"without what stands around it; - or nothing is standard input. With --settings, a\n" +
		"LocalSettings.php or a piece of one, the causes come in the order of likelihood for\n" +
		"them. The exit code is 0 where the error is known, 1 where it is not, and 2 where\n" +
		"what was given cannot be used.\n\n" +
		"--json: {\"known\", \"entries\": [{\"id\", \"step\", \"cause\", \"fix\", \"verify\", \"source\", \"confidence\"}]}.",
	examples: []example{
		{`wgsmtp explain "Failed to connect to localhost:25 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]"`, "what happened, and what to do"},
		{"wgsmtp explain --settings LocalSettings.php --release 1.39 - < error.txt", "with what is known of the wiki"},
		{"wgsmtp explain --json - < error.txt", "for programs"},
	},
}

func init() { explainCommand.run = runExplain }

// maxText bounds what is read: a log is cut to the lines around the error
// before anybody can make sense of it.
const maxText = 5 << 20

func runExplain(_ context.Context, c *console, args []string) error {
	flags := newFlags("explain")
	settingsFile := flags.String("settings", "", "")
	release := flags.String("release", "", "")
	asJSON := flags.Bool("json", false, "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &explainCommand, err)
	}
	text, err := errorText(c, rest, *settingsFile == "-")
	if err != nil {
		return err
	}
	known, err := wikiContext(c, *settingsFile, *release)
	if err != nil {
		return err
	}
	d := trouble.Diagnose(text, known)
	if *asJSON {
		out := json.NewEncoder(c.out)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		if err := out.Encode(d.Report()); err != nil {
			return err
		}
	} else if _, err := io.WriteString(c.out, explained(&d)); err != nil {
		return err
	}
	if !d.Known {
		return errFindings
	}
	return nil
}

// errorText is what is to be explained: the words of the command line, or
// standard input.
func errorText(c *console, words []string, taken bool) (string, error) {
	text := strings.Join(words, " ")
	if len(words) == 0 || text == "-" {
		if taken {
			return "", usageError("standard input cannot be the error and the settings at once", "`wgsmtp explain --settings - \"the error\"`")
		}
		b, err := io.ReadAll(io.LimitReader(c.in, maxText+1))
		if err != nil {
			return "", usageError(err.Error(), "`wgsmtp explain \"the error\"`")
		}
		text = string(b)
	}
	switch {
	case len(text) > maxText:
		return "", usageError("this text has more than 5 MB", "the lines around the error alone")
	case strings.TrimSpace(text) == "":
		return "", usageError("there is no text to explain", "`wgsmtp explain \"the error\"`, or - for standard input")
	}
	return strings.ToValidUTF8(text, string(utf8.RuneError)), nil
}

// wikiContext is what the flags tell about the wiki. What is not understood of
// the settings is noted: the rest of them is still of use.
func wikiContext(c *console, settingsFile, release string) (trouble.Context, error) {
	var known trouble.Context
	r := mediawiki.Newest()
	if release != "" {
		var err error
		if r, err = mediawiki.Lookup(release); err != nil {
			return known, usageError(err.Error(), "`wgsmtp explain --release 1.43 ...`")
		}
		known.Release = r
	}
	if settingsFile == "" {
		return known, nil
	}
	src, err := []byte(nil), error(nil)
	if settingsFile == "-" {
		src, err = io.ReadAll(c.in)
	} else {
		src, err = os.ReadFile(settingsFile)
	}
	if err != nil {
		return known, usageError(err.Error(), "`wgsmtp explain --settings LocalSettings.php ...`")
	}
	file := localsettings.ImportWith(src, localsettings.ImportOptions{Fragment: true})
	if len(file.Settings.All()) == 0 {
		return known, usageError(settingsFile+" sets nothing", "`wgsmtp explain --settings LocalSettings.php ...`")
	}
	for _, p := range file.Problems {
		fmt.Fprintf(c.err, "note: not understood: %s\n", place(settingsFile, p))
	}
	config, _ := localsettings.ToConfig(file.Settings, r)
	if p, ok := providers.ForHost(config.Host); ok {
		known.Carrier = p
		config.Carrier, config.Region = p.ID, p.RegionFor(config.Host)
	}
	known.Config = &config
	return known, nil
}

// stepWords say at which step it failed.
var stepWords = map[trouble.Step]string{
	trouble.Before:                   "before the wiki speaks to a server",
	trouble.Sendmail:                 "when PHP's mail() hands the mail to sendmail",
	trouble.Connect:                  "when the wiki connects to the server",
	trouble.Greeting:                 "when the server greets",
	trouble.EHLO:                     "when the wiki introduces itself (EHLO)",
	trouble.StartTLS:                 "when the connection is to be encrypted (STARTTLS)",
	trouble.Auth:                     "when the wiki logs in (AUTH)",
	trouble.MailFrom:                 "when the wiki names the sender (MAIL FROM)",
	trouble.Rcpt:                     "when the wiki names the recipient (RCPT TO)",
	trouble.Data:                     "when the wiki hands over the mail (DATA)",
	trouble.Step(transport.StepQuit): "when the wiki says goodbye (QUIT)",
	trouble.Delivery:                 "after the server took the mail",
}

// explained is a diagnosis in words.
func explained(d *trouble.Diagnosis) string {
	var b strings.Builder
	if !d.Known {
		b.WriteString("This error is not known here.\n")
		if d.Text != "" {
			fmt.Fprintf(&b, "\n  %s\n", indented(d.Text, "  "))
		}
	}
	for i := range d.Entries {
		if i > 0 {
			b.WriteString("\nOr:\n\n")
		}
		explainEntry(&b, &d.Entries[i])
	}
	if len(d.Collect) > 0 {
		title := "If that was not it, collect next"
		if !d.Known {
			title = "Collect next"
		}
		fmt.Fprintf(&b, "\n%s:\n", title)
		for _, line := range d.Collect {
			fmt.Fprintf(&b, "  - %s\n", indented(line, "    "))
		}
	}
	return b.String()
}

func explainEntry(b *strings.Builder, e *trouble.Entry) {
	fmt.Fprintf(b, "What happened: %s\n", e.Title)
	if step := stepWords[e.Step]; step != "" {
		fmt.Fprintf(b, "When: %s\n", step)
	}
	for i, c := range e.Causes {
		fmt.Fprintf(b, "\n%d. %s\n", i+1, c.Text)
		if c.Fix != "" {
			fmt.Fprintf(b, "   Fix: %s\n", c.Fix)
		}
		for _, cmd := range c.Commands {
			fmt.Fprintf(b, "\n       %s\n", indented(cmd.Text, "       "))
		}
		if len(c.Changes) > 0 {
			fmt.Fprintf(b, "   Mend of the block, as arguments of `wgsmtp emit`: %s\n", asArguments(c.Changes))
		}
	}
	if e.Verify != "" {
		fmt.Fprintf(b, "\nMake sure: %s\n", e.Verify)
	}
	fmt.Fprintf(b, "Source: %s (confidence: %s)\n", e.Source, e.Confidence)
}

// indented puts what follows a line break below what stands before it.
func indented(text, by string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by)
}

// asArguments is the changes of a mend as arguments of emit. A secret is not
// printed.
func asArguments(changes []wgsmtp.Change) string {
	var out []string
	for _, ch := range changes {
		if f, ok := wgsmtp.FieldByID(ch.Field); ok && f.Kind == wgsmtp.KindSecret {
			ch.Value = "-"
		}
		out = append(out, shellQuote(ch.Field+"="+ch.Value))
	}
	return strings.Join(out, " ")
}
