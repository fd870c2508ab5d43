package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"wgsmtp/app/check"
	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/ui"
)

var checkCommand = command{
	name:  "check",
	usage: "[--release R] [--json] [--fix] FILE|-",
	about: "say what is wrong with the mail settings of a LocalSettings.php",
	details: "FILE is a LocalSettings.php or any piece of one, as it was pasted; - is standard\n" +
		"input. Each finding is a line as compilers print them,\n" +
		"file:line:column: severity: message [rule], then what to do. Without --release\n" +
		"the release is told from the text, or taken as the newest; that is said.\n\n" +
		"--json prints release, settings, findings and not_understood as JSON; passwords\n" +
		"are ***. --fix prints the mended block instead, with its password, and the\n" +
		"findings and a diff against FILE on standard error.\n\n" +
		"The exit status is 0 if there is no error among the findings, 1 if there is, 2 if\n" +
		"FILE cannot be read or holds no settings.",
	examples: []example{
		{"wgsmtp check LocalSettings.php", "before a deployment: the exit status tells"},
		{"wgsmtp check --release 1.39 --json - < LocalSettings.php", "for other programs"},
		{"wgsmtp check --fix LocalSettings.php > block.php", "the block as it should be"},
	},
}

func init() { checkCommand.run = runCheck }

// maxChecked is how many bytes are read: no LocalSettings.php is so long.
const maxChecked = 5 << 20

func runCheck(_ context.Context, c *console, args []string) error {
	flags := newFlags("check")
	release := flags.String("release", "", "")
	asJSON := flags.Bool("json", false, "")
	fix := flags.Bool("fix", false, "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &checkCommand, err)
	}
	if len(rest) != 1 {
		return usageError(fmt.Sprintf("check takes one file, not %d", len(rest)), "`wgsmtp check LocalSettings.php`, or - for standard input")
	}
	if *asJSON && *fix {
		return usageError("--json and --fix do not go together", "`wgsmtp help check`")
	}
	if *release != "" {
		if _, err := mediawiki.Lookup(*release); err != nil {
			return usageError(err.Error(), "`wgsmtp emit --list` names the releases")
		}
	}
	src, err := readChecked(c, rest[0])
	if err != nil {
		return usageError(err.Error(), "`wgsmtp help check`")
	}
	r := check.Check(src, *release)
	if *asJSON {
		enc := json.NewEncoder(c.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return err
		}
	} else {
		out := c.out
		if *fix {
			out = c.err
		}
		printReport(out, rest[0], &r)
	}
	if !r.Usable {
		return usageError(rest[0]+" holds no settings of MediaWiki", "give it a LocalSettings.php, or the lines around $wgSMTP")
	}
	if *fix {
		options := localsettings.Options{Tool: ui.Tool}
		fmt.Fprint(c.err, r.Diff(rest[0], options))
		if _, why := r.Whole(options); why != "" {
			fmt.Fprintf(c.err, "%s: the block alone can be given, and not the text with the block in it: %s\n", rest[0], why)
		}
		fmt.Fprint(c.out, r.Block(options))
	}
	if r.Errors() > 0 {
		return errFindings
	}
	return nil
}

func readChecked(c *console, name string) ([]byte, error) {
	in := c.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	src, err := io.ReadAll(io.LimitReader(in, maxChecked+1))
	if err != nil {
		return nil, err
	}
	if len(src) > maxChecked {
		return nil, errors.New(name + " is longer than 5 MB")
	}
	return src, nil
}

// printReport prints findings as compilers do.
func printReport(out io.Writer, name string, r *check.Report) {
	for _, f := range r.Findings {
		fmt.Fprintf(out, "%s:%d:%d: %s: %s [%s]\n", name, f.Line, f.Column, f.Severity, f.Message, f.Rule)
		if f.Fix != "" {
			fmt.Fprintf(out, "\tfix: %s\n", f.Fix)
		}
	}
}
