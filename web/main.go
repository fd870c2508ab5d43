// Command wgsmtp generates, checks and previews the $wgSMTP block of a
// MediaWiki's LocalSettings.php: as a web page that it serves or writes, and on
// the command line. `wgsmtp help` shows how.
//
// The commands are one table (commands in this file), which help and dispatch
// both read; each command has a file of its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// Exit codes.
const (
	exitOK       = 0
	exitFindings = 1 // the work was done, and says that something is wrong; or it could not be done
	exitUsage    = 2 // what was asked for cannot be understood
)

// console is what a command may touch of the outside.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// command is one row of the table.
type command struct {
	name     string
	usage    string // what follows the name
	about    string // one line
	details  string // more for its own help; may be empty
	examples []example
	run      func(ctx context.Context, c *console, args []string) error
}

// example is a command line that works as it stands, and what it does.
type example struct{ line, does string }

// commands is filled by init, since help refers to it.
var commands []*command

func init() {
	commands = []*command{&serveCommand, &siteCommand, &emitCommand, &checkCommand, &previewCommand, &probeCommand, &explainCommand, &helpCommand, &versionCommand}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, &console{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run does what the arguments say and gives the exit code.
func run(ctx context.Context, c *console, args []string) int {
	name := "serve"
	switch {
	case len(args) == 0:
	case slices.Contains([]string{"-h", "-help", "--help"}, args[0]):
		name, args = "help", args[1:]
	case args[0] == "--version":
		name, args = "version", args[1:]
	case !strings.HasPrefix(args[0], "-"):
		name, args = args[0], args[1:]
	}
	cmd, ok := find(name)
	if !ok {
		return report(c, "wgsmtp", usageError(fmt.Sprintf("there is no command %q", name), "`wgsmtp help` lists them"))
	}
	return report(c, "wgsmtp "+cmd.name, cmd.run(ctx, c, args))
}

func find(name string) (*command, bool) {
	i := slices.IndexFunc(commands, func(cmd *command) bool { return cmd.name == name })
	if i < 0 {
		return nil, false
	}
	return commands[i], true
}

// report prints an error with its hint and gives the exit code for it.
func report(c *console, who string, err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, errFindings) {
		return exitFindings // said already
	}
	fmt.Fprintf(c.err, "%s: %v\n", who, err)
	code := exitFindings
	var h *hintError
	if errors.As(err, &h) {
		if h.hint != "" {
			fmt.Fprintf(c.err, "  try: %s\n", h.hint)
		}
		code = h.code
	}
	return code
}

// errFindings ends a command that has already said what is wrong.
var errFindings = errors.New("there are findings of severity error")

// hintError is an error with what to do next.
type hintError struct {
	err  error
	hint string
	code int
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

func withHint(err error, hint string) error { return &hintError{err, hint, exitFindings} }

func usageError(what, hint string) error { return &hintError{errors.New(what), hint, exitUsage} }

// newFlags is a flag set that reports instead of printing.
func newFlags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads flags wherever they stand among the other arguments, which it
// returns. "--" ends the flags.
func parse(f *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError(strings.ReplaceAll(err.Error(), ": -", ": --"), "`wgsmtp help "+f.Name()+"`")
		}
		ended := len(args) > f.NArg() && args[len(args)-f.NArg()-1] == "--"
		if f.NArg() == 0 || ended {
			return append(rest, f.Args()...), nil
		}
		rest = append(rest, f.Arg(0))
		args = f.Args()[1:]
	}
}

// noArguments refuses what a command does not take.
func noArguments(name string, rest []string) error {
	if len(rest) > 0 {
		return usageError(fmt.Sprintf("%q is one argument too many", rest[0]), "`wgsmtp help "+name+"`")
	}
	return nil
}
