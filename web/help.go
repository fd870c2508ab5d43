package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/ui"
)

var helpCommand = command{
	name:  "help",
	usage: "[COMMAND]",
	about: "how to use wgsmtp, or one command of it",
	examples: []example{
		{"wgsmtp help", "all commands"},
		{"wgsmtp help emit", "one command, by example"},
	},
	run: func(_ context.Context, c *console, args []string) error {
		if len(args) == 0 {
			helpAll(c.out)
			return nil
		}
		cmd, ok := find(args[0])
		if !ok {
			return usageError(fmt.Sprintf("there is no command %q", args[0]), "`wgsmtp help` lists them")
		}
		helpOne(c.out, cmd)
		return nil
	},
}

var versionCommand = command{
	name:     "version",
	about:    "which version this is, and the MediaWiki releases it knows",
	examples: []example{{"wgsmtp version", "one line for a bug report"}},
	run: func(_ context.Context, c *console, args []string) error {
		if err := noArguments("version", args); err != nil {
			return err
		}
		all := mediawiki.All()
		fmt.Fprintf(c.out, "%s (%s %s/%s), MediaWiki %s to %s\n", ui.Tool, runtime.Version(), runtime.GOOS, runtime.GOARCH,
			all[len(all)-1].Version.Branch(), all[0].Version.Branch())
		return nil
	},
}

func helpAll(w io.Writer) {
	fmt.Fprint(w, "wgsmtp makes, checks and previews the mail settings of a MediaWiki.\n\n")
	for _, cmd := range commands {
		fmt.Fprintf(w, "  %-9s%s\n", cmd.name, cmd.about)
	}
	fmt.Fprint(w, "\nFor example:\n\n")
	for _, cmd := range commands {
		if cmd.name != "help" && cmd.name != "version" {
			helpExample(w, cmd.examples[0])
		}
	}
	fmt.Fprint(w, "`wgsmtp help COMMAND` has more. Without a command, wgsmtp serves its page.\n")
}

func helpOne(w io.Writer, cmd *command) {
	line := "wgsmtp " + cmd.name
	if cmd.usage != "" {
		line += " " + cmd.usage
	}
	fmt.Fprintf(w, "%s\n\n%s: %s.\n\n", line, cmd.name, cmd.about)
	for _, e := range cmd.examples {
		helpExample(w, e)
	}
	if cmd.details != "" {
		fmt.Fprintln(w, cmd.details)
	}
}

func helpExample(w io.Writer, e example) {
	fmt.Fprintf(w, "  %s\n      %s\n\n", e.line, e.does)
}

// orHelp answers --help with the command's help.
func orHelp(c *console, cmd *command, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		helpOne(c.out, cmd)
		return nil
	}
	return err
}
