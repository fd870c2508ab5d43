package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/web/probe"
)

var probeCommand = command{
	name:  "probe",
	usage: "[--release R] [--to ADDRESS] [--send] [--json] [--verbose] [--password-file FILE | --password-env NAME | --resolve] [--auth-sasl] FILE|-",
	about: "try the settings on the real server, the way MediaWiki will",
	details: "FILE is a LocalSettings.php or a piece of one; - is standard input. Run it on the\n" +
		"wiki's own host: that network, name and clock are what counts.\n\n" +
		"It connects, encrypts, logs in and names sender and recipient as MediaWiki of the\n" +
		"release does, and stops before a mail is sent; --send lets one go out. The\n" +
		"recipient is the wiki's own sender unless --to names another.\n\n" +
		"A password that the file reads from elsewhere is asked for, or taken from a file\n" +
		"(--password-file), from a variable of the environment (--password-env), or from\n" +
		"where the file itself reads it (--resolve). It is never an argument, and never\n" +
		"printed.\n\n" +
		"A line is printed for each step as it ends; --json prints the same as JSON.\n" +
		"Exit status: 0 all went well, 1 a step failed, 2 the settings cannot be tried.",
	examples: []example{
		{"wgsmtp probe LocalSettings.php", "how far a mail would get"},
		{"wgsmtp probe --release 1.39.17 --to you@example.org --send LocalSettings.php", "send a test mail"},
		{"wgsmtp probe --resolve LocalSettings.php", "with the password from where the file reads it"},
		{"wgsmtp probe --json - < LocalSettings.php", "for a program to read"},
	},
}

func init() { probeCommand.run = runProbe }

// maxSettings bounds a file of settings, in bytes.
const maxSettings = 1 << 20

// maxPassword bounds a password, in bytes; tokens can be long.
const maxPassword = 16 << 10

func runProbe(ctx context.Context, c *console, args []string) error {
	flags := newFlags("probe")
	releaseName := flags.String("release", mediawiki.Newest().Name(), "")
	to := flags.String("to", "", "")
	send := flags.Bool("send", false, "")
	asJSON := flags.Bool("json", false, "")
	verbose := flags.Bool("verbose", false, "")
	var from passwordSource
	flags.StringVar(&from.file, "password-file", "", "")
	flags.StringVar(&from.env, "password-env", "", "")
	flags.BoolVar(&from.resolve, "resolve", false, "")
	sasl := flags.Bool("auth-sasl", false, "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &probeCommand, err)
	}
	if len(rest) != 1 {
		return usageError(fmt.Sprintf("probe takes one file, not %d", len(rest)), "`wgsmtp probe LocalSettings.php`")
	}
	r, err := mediawiki.Lookup(*releaseName)
	if err != nil {
		return usageError(err.Error(), "`wgsmtp probe --release 1.43 "+rest[0]+"`")
	}
	src, err := readBounded(c, rest[0], maxSettings)
	if err != nil {
		return usageError(err.Error(), "`wgsmtp probe LocalSettings.php`, or - for standard input")
	}
	f := localsettings.Import(src)
	req := probe.Request{Settings: f.Settings, Release: r, To: *to, Send: *send, AuthSASL: *sasl, Problems: f.Problems}
	if req.Password, err = from.read(ctx, c, f.Settings, r); err != nil {
		return err
	}
	show := func(s probe.Step) { printStep(c.out, s, *verbose) }
	out := json.NewEncoder(c.out)
	if *asJSON {
		show = func(s probe.Step) {
			out.Encode(map[string]probe.Step{"step": s}) // an error here is a reader that went away
		}
	}
	v := probe.Run(ctx, req, show)
	if *asJSON {
		out.Encode(map[string]probe.Verdict{"verdict": v})
	} else if !v.Unusable {
		printVerdict(c.out, v)
	}
	switch {
	case v.Unusable:
		return usageError(v.Text, "`wgsmtp help probe`")
	case !v.OK:
		return errFindings
	}
	return nil
}

// readBounded reads a file, or standard input for "-".
func readBounded(c *console, name string, most int64) ([]byte, error) {
	in := c.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s is larger than %d bytes", name, most)
	}
	return b, err
}

// passwordSource is where the password comes from, if not from the settings.
type passwordSource struct {
	file, env string
	resolve   bool
}

func (p passwordSource) read(ctx context.Context, c *console, s *localsettings.Settings, r *mediawiki.Release) (wgsmtp.Secret, error) {
	const hint = "--password-file FILE, --password-env NAME, or --resolve"
	set := 0
	for _, is := range []bool{p.file != "", p.env != "", p.resolve} {
		if is {
			set++
		}
	}
	if set > 1 {
		return "", usageError("the password is to come from more than one place", "one of "+hint)
	}
	smtp := s.Effective("wgSMTP", r)
	v, _ := smtp.Get("password")
	symbolic := v.Kind == php.Symbolic
	if p.resolve && symbolic {
		cfg, _ := localsettings.ToConfig(s, r)
		switch cfg.SecretStyle {
		case wgsmtp.SecretEnv:
			p.env = cfg.SecretEnv
		case wgsmtp.SecretFile:
			p.file = cfg.SecretFile
		default:
			return "", usageError("the password is an expression that only PHP can work out", "--password-file FILE or --password-env NAME")
		}
	}
	switch {
	case p.env != "":
		text := os.Getenv(p.env)
		if text == "" {
			return "", usageError(fmt.Sprintf("the variable %s is not set in this environment", p.env), "`sudo -E`, or the web server's environment: it is often another one")
		}
		return wgsmtp.Secret(text), nil
	case p.file != "":
		b, err := readBounded(c, p.file, maxPassword)
		if err != nil {
			return "", usageError(err.Error(), "run it as a user who may read that file")
		}
		if text := strings.TrimSpace(string(b)); text != "" {
			return wgsmtp.Secret(text), nil
		}
		return "", usageError(p.file+" is empty", "write the password into it")
	case symbolic:
		return ask(ctx, c, hint)
	}
	return "", nil
}

// ask reads the password from the terminal, without showing it.
func ask(ctx context.Context, c *console, hint string) (wgsmtp.Secret, error) {
	cannot := func() error {
		return usageError("the password is read when PHP runs, and there is no terminal to ask for it", hint)
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", cannot()
	}
	defer tty.Close()
	echo := func(how string) error {
		cmd := exec.Command("stty", how)
		cmd.Stdin = tty
		return cmd.Run()
	}
	if echo("-echo") != nil {
		return "", cannot() // rather than show it
	}
	defer echo("echo")
	fmt.Fprint(tty, "Password for the mail server (not shown): ")
	read := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(io.LimitReader(tty, maxPassword)).ReadString('\n')
		read <- line
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case line := <-read:
		fmt.Fprintln(tty)
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			return wgsmtp.Secret(line), nil
		}
		return "", usageError("no password was given", hint)
	}
}

// marks are the words before a step.
var marks = map[probe.Status]string{probe.OK: "ok", probe.Warning: "look", probe.Failed: "FAILED", probe.Info: "-"}

func printStep(w io.Writer, s probe.Step, verbose bool) {
	fmt.Fprintf(w, "%-7s%9s  %s: %s\n", marks[s.Status], time.Duration(s.Took).Round(100*time.Microsecond), s.Title, indent(s.Text, 18))
	if verbose {
		for _, f := range s.Facts {
			fmt.Fprintf(w, "%18s%s: %s\n", "", f.Name, indent(f.Value, 18))
		}
	}
	if verbose || s.Status == probe.Failed {
		arrows := map[string]string{"wiki": "> ", "server": "< ", "event": "* "}
		for _, l := range s.Lines {
			fmt.Fprintf(w, "%18s%s%s\n", "", arrows[l.From], indent(l.Text, 20))
		}
	}
	if s.Error != "" {
		fmt.Fprintf(w, "%18sMediaWiki says: %s\n", "", indent(strings.TrimSpace(s.Error), 18))
	}
	for i, r := range s.Reasons {
		if i == 2 && !verbose {
			break
		}
		fmt.Fprintf(w, "\n  %s\n", r.Title)
		for j, c := range r.Causes {
			if j == 3 && !verbose {
				break
			}
			fmt.Fprintf(w, "    %s\n      %s\n", indent(c.Text, 4), indent(c.Fix, 6))
			for _, cmd := range c.Commands {
				fmt.Fprintf(w, "        %s\n", indent(cmd.Text, 8))
			}
		}
	}
	if len(s.Reasons) > 0 {
		fmt.Fprintln(w)
	}
	for _, o := range s.Offers {
		fmt.Fprintf(w, "%18s%s\n", "", indent(o.Text, 18))
		for _, ch := range o.Changes {
			fmt.Fprintf(w, "%20s%s=%s\n", "", ch.Field, ch.Value)
		}
	}
}

// indent sets further lines below the first.
func indent(s string, by int) string {
	return strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", by))
}

func printVerdict(w io.Writer, v probe.Verdict) {
	mark := "Good"
	switch {
	case v.Stopped:
		mark = "Stopped"
	case !v.OK:
		mark = "Failed"
	}
	fmt.Fprintf(w, "\n%s after %s: %s\n", mark, time.Duration(v.Took).Round(time.Millisecond), cmp.Or(v.Text, "see above"))
	if v.Warnings > 0 {
		fmt.Fprintf(w, "%d of the steps deserve a look.\n", v.Warnings)
	}
}
