package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"wgsmtp/static"
	"wgsmtp/web/api"
	"wgsmtp/web/serve"
	"wgsmtp/web/site"
)

const defaultAddr = "127.0.0.1:8080"

var serveCommand = command{
	name:  "serve",
	usage: "[--addr HOST:PORT] [--public] [--allow-origin ORIGIN ...]",
	about: "serve the page, and its live test",
	details: "Everything is in the program itself: no other files are needed. By default the\n" +
		"page is for this machine alone. To offer it to others, put a web server with\n" +
		"TLS before it, or use `wgsmtp site`.\n\n" +
		"The live test answers this machine alone: callers, Host names and pages of this\n" +
		"machine, and nothing that came through a proxy (X-Forwarded-For). --allow-origin\n" +
		"lets a page of another origin use it, such as a static site. --public shares it\n" +
		"behind a reverse proxy: it then connects to public addresses and mail ports only,\n" +
		"sends no mail, and limits its callers by the last address in X-Forwarded-For.\n" +
		"/healthz tells that it runs, and /metrics, to this machine and its own network,\n" +
		"how it is.",
	examples: []example{
		{"wgsmtp serve", "at http://127.0.0.1:8080/"},
		{"wgsmtp serve --addr 127.0.0.1:0", "at a free port, which is printed"},
		{"wgsmtp serve --addr :80", "to everybody who reaches this machine; the live test stays this machine's"},
		{"wgsmtp serve --allow-origin https://wgsmtp.example.org", "the live test for the static site at that address, too"},
		{"wgsmtp serve --public", "for everybody, behind a reverse proxy on this machine"},
	},
}

func init() { serveCommand.run = runServe }

func runServe(ctx context.Context, c *console, args []string) error {
	flags := newFlags("serve")
	addr := flags.String("addr", defaultAddr, "")
	public := flags.Bool("public", false, "")
	var origins []string
	flags.Func("allow-origin", "", func(origin string) error {
		origins = append(origins, origin)
		return nil
	})
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &serveCommand, err)
	}
	if err := noArguments("serve", rest); err != nil {
		return err
	}
	backend := site.BackendSelf
	if *public {
		backend = site.BackendShared
	}
	s, err := site.New(site.Options{Pages: sitePages(), Assets: static.FS, Backend: backend})
	if err != nil {
		return err
	}
	live, err := api.New(api.Options{Public: *public, AllowOrigins: origins, Log: slog.New(slog.NewTextHandler(c.err, nil))})
	if err != nil {
		return usageError(err.Error(), "`wgsmtp serve --allow-origin https://example.org`")
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", *addr)
	if err != nil {
		return withHint(fmt.Errorf("cannot listen at %s: %w", *addr, err), "another address: `wgsmtp serve --addr 127.0.0.1:0` takes a free port")
	}
	warnWithoutProgram(c, s)
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // a little work for a small heap
	go func() {
		s.Warm()
		debug.FreeOSMemory() // the tables of the compressors
	}()
	fmt.Fprintf(c.out, "http://%s/\n", l.Addr())
	mux := http.NewServeMux()
	mux.Handle("/", serve.Handler(s))
	for _, path := range api.Paths {
		mux.Handle(path, live)
	}
	return serve.Run(ctx, l, frugal(mux, quiet))
}

// quiet is how long nobody has asked for anything when memory is given back.
const quiet = 5 * time.Second

// frugal gives the memory that answers took back to the system once nobody
// asks for more. Go would keep most of it, and a server like this is idle all
// day on a machine that has other work.
func frugal(next http.Handler, after time.Duration) http.Handler {
	timer := time.AfterFunc(after, func() {
		runtime.GC() // what lies in a sync.Pool outlives the first collection
		debug.FreeOSMemory()
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer timer.Reset(after)
		next.ServeHTTP(w, r)
	})
}

// warnWithoutProgram tells of a binary that was built without build.sh.
func warnWithoutProgram(c *console, s *site.Site) {
	if !s.HasProgram {
		fmt.Fprintln(c.err, "this wgsmtp was built without the browser program: the pages can be read, not filled in\n  try: ./build.sh build")
	}
}
