package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/rules"
	"wgsmtp/app/ui"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

var emitCommand = command{
	name:  "emit",
	usage: "[--carrier ID] [--release R] [FIELD=VALUE ...]",
	about: "print the block for LocalSettings.php, and what is wrong or risky about it",
	details: "The block goes to standard output, what there is to say about it to standard\n" +
		"error. Where a value is missing the block holds an example of it, and says so.\n" +
		"The exit status is 1 if mail would not work with it, 2 if it cannot be made.\n\n" +
		"A password on the command line can be read by other users of the machine and\n" +
		"stays in the shell's history: give it on standard input with secret=-, or let\n" +
		"MediaWiki take it from elsewhere with secret-style=env or secret-style=file.",
	examples: []example{
		{"wgsmtp emit --carrier gmail --release 1.43 user=wiki@gmail.com sender=wiki@gmail.com secret-style=env", "the password comes from an environment variable of the web server"},
		{"wgsmtp emit --carrier amazon-ses region=eu-central-1 user=AKIA... sender=wiki@example.org secret=- < password.txt", "the password is written into the block"},
		{"wgsmtp emit host=mail.example.org port=587 tls=starttls user=wiki sender=wiki@example.org", "a mail server of one's own"},
		{"wgsmtp emit --list", "the carriers and the fields"},
	},
}

func init() { emitCommand.run = runEmit }

func runEmit(_ context.Context, c *console, args []string) error {
	flags := newFlags("emit")
	carrier := flags.String("carrier", "", "")
	release := flags.String("release", "", "")
	list := flags.Bool("list", false, "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &emitCommand, err)
	}
	if *list {
		if err := noArguments("emit", rest); err != nil {
			return err
		}
		return emitList(c.out)
	}
	changes, err := assignments(rest)
	if err != nil {
		return err
	}
	for field, value := range map[string]string{"carrier": *carrier, "release": *release} {
		if value != "" {
			changes = append(changes, wgsmtp.Change{Field: field, Value: value})
		}
	}
	if err := readSecret(c, changes); err != nil {
		return err
	}
	state, err := stateOf(changes)
	if err != nil {
		return err
	}
	out := ui.Compute(state)
	if _, err := io.WriteString(c.out, out.Block.String()); err != nil {
		return err
	}
	if len(out.Placeholders) > 0 {
		fmt.Fprintf(c.err, "note: the block holds examples for %s\n", strings.Join(out.Placeholders, ", "))
	}
	return printFindings(c.err, out.Findings)
}

// assignments reads FIELD=VALUE arguments.
func assignments(args []string) ([]wgsmtp.Change, error) {
	var out []wgsmtp.Change
	for _, a := range args {
		field, value, ok := strings.Cut(a, "=")
		if !ok {
			return nil, usageError(fmt.Sprintf("%q is not FIELD=VALUE", a), "`wgsmtp emit --list` names the fields")
		}
		if _, ok := wgsmtp.FieldByID(field); !ok {
			return nil, usageError(fmt.Sprintf("there is no field %q", field), didYouMean(field))
		}
		out = append(out, wgsmtp.Change{Field: field, Value: value})
	}
	return out, nil
}

// didYouMean is a hint with the fields whose names are like the one given.
func didYouMean(field string) string {
	var near []string
	for _, f := range wgsmtp.Fields() {
		if strings.Contains(f.ID, field) || strings.Contains(f.Setting, field) || len(field) > 2 && strings.Contains(field, f.ID) {
			near = append(near, f.ID)
		}
	}
	if len(near) == 0 || field == "" {
		return "`wgsmtp emit --list` names the fields"
	}
	return strings.Join(near, ", ") + "; `wgsmtp emit --list` names all"
}

// readSecret puts the first line of standard input in the place of secret=-.
func readSecret(c *console, changes []wgsmtp.Change) error {
	i := slices.IndexFunc(changes, func(ch wgsmtp.Change) bool { return ch.Field == "secret" })
	if i < 0 {
		return nil
	}
	if changes[i].Value != "-" {
		fmt.Fprintln(c.err, "note: other users of this machine can read a password on the command line; secret=- takes it from standard input")
		return nil
	}
	line, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("secret: standard input: %w", err)
	}
	changes[i].Value = strings.TrimRight(line, "\r\n")
	if changes[i].Value == "" {
		return usageError("secret: the first line of standard input is empty", "`wgsmtp emit ... secret=- < password.txt`")
	}
	return nil
}

// stateOf is the page's state after the same choices: the carrier first, since
// it decides the connection, then each value.
func stateOf(changes []wgsmtp.Change) (ui.State, error) {
	value := func(field string) string {
		for _, ch := range slices.Backward(changes) {
			if ch.Field == field {
				return ch.Value
			}
		}
		return ""
	}
	if r := value("release"); r != "" {
		if _, err := mediawiki.Lookup(r); err != nil {
			return ui.State{}, usageError(err.Error(), "`wgsmtp emit --release 1.43`")
		}
	}
	state := ui.NewState()
	state.Config.PasswordSender = value("sender") // some carriers' host is its domain
	if id := value("carrier"); id != "" {
		carrier, ok := providers.ByID(id)
		if !ok {
			return ui.State{}, usageError(fmt.Sprintf("there is no carrier %q", id), nearCarriers(id))
		}
		region := value("region")
		if region != "" && !slices.ContainsFunc(carrier.Hosts, func(h providers.Host) bool { return h.Region == region }) {
			return ui.State{}, usageError(fmt.Sprintf("%s has no region %q", id, region), regions(carrier))
		}
		state = state.WithCarrier(carrier, region)
		changes = normalised(carrier, changes)
	}
	config, err := wgsmtp.Apply(state.Config, changes)
	if err != nil {
		return ui.State{}, usageError(err.Error(), "`wgsmtp emit --list` says what each field takes")
	}
	chosen := slices.ContainsFunc(changes, func(ch wgsmtp.Change) bool { return ch.Field == "ehlo-name" })
	if carrier, ok := providers.ByID(config.Carrier); ok && !chosen {
		carrier.Follow(state.Config, &config)
	}
	state.Config = config
	return state, nil
}

// normalised does to pasted values what the page does: Gmail shows its app
// passwords with spaces, which are no part of them.
func normalised(c *providers.Carrier, changes []wgsmtp.Change) []wgsmtp.Change {
	out := slices.Clone(changes)
	for i, ch := range out {
		out[i].Value = c.Normalise(ch.Field, ch.Value)
	}
	return out
}

func regions(c *providers.Carrier) string {
	var all []string
	for _, h := range c.Hosts {
		if h.Region != "" {
			all = append(all, h.Region)
		}
	}
	if len(all) == 0 {
		return "no region: it has one server"
	}
	return strings.Join(all, ", ")
}

func nearCarriers(id string) string {
	var near []string
	for _, c := range providers.All() {
		if strings.Contains(c.ID, id) || strings.Contains(strings.ToLower(c.Name), strings.ToLower(id)) ||
			slices.ContainsFunc(c.Aliases, func(a string) bool { return strings.EqualFold(a, id) }) {
			near = append(near, c.ID)
		}
	}
	if len(near) == 0 || id == "" {
		return "`wgsmtp emit --list` names the carriers"
	}
	return strings.Join(near, ", ") + "; `wgsmtp emit --list` names all"
}

// printFindings writes each finding with its mend, and tells whether one of
// them is an error. A mend never shows a secret.
func printFindings(w io.Writer, findings []rules.Finding) error {
	failed := false
	for _, f := range findings {
		failed = failed || f.Severity == rules.Error
		fmt.Fprintf(w, "%s: %s [%s]\n", f.Severity, f.Message, f.Rule)
		if f.Fix == nil {
			continue
		}
		var values []string
		for _, ch := range f.Fix.Changes {
			value := ch.Value
			if field, ok := wgsmtp.FieldByID(ch.Field); ok && field.Kind == wgsmtp.KindSecret {
				value = "-"
			}
			values = append(values, shellQuote(ch.Field+"="+value))
		}
		fmt.Fprintf(w, "  fix: %s: %s\n", f.Fix.Label, strings.Join(values, " "))
	}
	if failed {
		return errFindings
	}
	return nil
}

// shellQuote is a word for a POSIX shell.
func shellQuote(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_=./:@,+", r))
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func emitList(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Carriers")
	carriers := slices.SortedFunc(slices.Values(providers.All()), func(a, b *providers.Carrier) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range carriers {
		note := ""
		if c.Unusable != nil {
			note = " (cannot work with a password)"
		}
		fmt.Fprintf(w, "  %s\t%s%s\n", c.ID, c.Name, note)
	}
	fmt.Fprintln(w, "\nFields")
	for _, f := range wgsmtp.Fields() {
		doc := f.Doc
		if f.Kind == wgsmtp.KindChoice {
			doc += ": " + strings.Join(f.Choices, ", ")
		}
		if f.Setting != "" {
			doc += " (" + f.Setting + ")"
		}
		fmt.Fprintf(w, "  %s\t%s\n", f.ID, doc)
	}
	return w.Flush()
}
