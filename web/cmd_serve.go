package main

import (
	"context"
	"fmt"
	"net"

	"wgsmtp/static"
	"wgsmtp/web/serve"
	"wgsmtp/web/site"
)

const defaultAddr = "127.0.0.1:8080"

var serveCommand = command{
	name:  "serve",
	usage: "[--addr HOST:PORT]",
	about: "serve the page",
	details: "Everything is in the program itself: no other files are needed. By default the\n" +
		"page is for this machine alone. To offer it to others, put a web server with\n" +
		"TLS before it, or use `wgsmtp site`.",
	examples: []example{
		{"wgsmtp serve", "at http://127.0.0.1:8080/"},
		{"wgsmtp serve --addr 127.0.0.1:0", "at a free port, which is printed"},
		{"wgsmtp serve --addr :80", "to everybody who reaches this machine"},
	},
}

func init() { serveCommand.run = runServe }

func runServe(ctx context.Context, c *console, args []string) error {
	flags := newFlags("serve")
	addr := flags.String("addr", defaultAddr, "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &serveCommand, err)
	}
	if err := noArguments("serve", rest); err != nil {
		return err
	}
	s, err := site.New(site.Options{Pages: sitePages(), Assets: static.FS})
	if err != nil {
		return err
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", *addr)
	if err != nil {
		return withHint(fmt.Errorf("cannot listen at %s: %w", *addr, err), "another address: `wgsmtp serve --addr 127.0.0.1:0` takes a free port")
	}
	warnWithoutProgram(c, s)
	go s.Warm()
	fmt.Fprintf(c.out, "http://%s/\n", l.Addr())
	return serve.Run(ctx, l, serve.Handler(s))
}

// warnWithoutProgram tells of a binary that was built without build.sh.
func warnWithoutProgram(c *console, s *site.Site) {
	if !s.HasProgram {
		fmt.Fprintln(c.err, "this wgsmtp was built without the browser program: the pages can be read, not filled in\n  try: ./build.sh build")
	}
}
