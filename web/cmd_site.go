package main

import (
	"context"
	"fmt"

	"wgsmtp/static"
	"wgsmtp/web/site"
)

var siteCommand = command{
	name:  "site",
	usage: "[--base /PATH/] [--origin https://HOST] [--backend URL] DIR",
	about: "write the page as a static site, for any web server",
	details: "Each file stands there plain and compressed (.br, .gz). Files of an earlier\n" +
		"version stay, because pages that are open somewhere still ask for them.\n\n" +
		"--backend is the address of a `wgsmtp serve --public --allow-origin ...` that\n" +
		"answers the live test. Without it the page says how to run one on the wiki's\n" +
		"host; it then connects to nothing but what somebody starts on their own machine.",
	examples: []example{
		{"wgsmtp site public", "into the folder public; works under any path"},
		{"wgsmtp site --base /tools/smtp/ --origin https://www.example.org public", "with canonical addresses, and a page for unknown addresses that finds its style"},
		{"wgsmtp site --backend https://probe.example.org public", "with a live test that is answered there"},
	},
}

func init() { siteCommand.run = runSite }

func runSite(_ context.Context, c *console, args []string) error {
	flags := newFlags("site")
	base := flags.String("base", "/", "")
	origin := flags.String("origin", "", "")
	backend := flags.String("backend", "", "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &siteCommand, err)
	}
	if len(rest) != 1 {
		return usageError(fmt.Sprintf("site takes one folder, not %d", len(rest)), "`wgsmtp site public`")
	}
	s, err := site.New(site.Options{Pages: sitePages(), Assets: static.FS, Base: *base, Origin: *origin, Backend: *backend})
	if err != nil {
		return usageError(err.Error(), "`wgsmtp help site`")
	}
	warnWithoutProgram(c, s)
	if err := s.Verify(); err != nil {
		return fmt.Errorf("the site has faults, nothing was written:\n%w", err)
	}
	if err := s.Write(rest[0]); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: %d files\n", rest[0], len(s.Files()))
	return nil
}
