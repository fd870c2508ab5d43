// Package api is the live test over HTTP:
//
//	POST /api/probe   a JSON request (see request), answered by a line of JSON
//	                  for each step as it ends and a last one with the verdict
//	GET  /healthz     "ok"
//	GET  /metrics     counters in Prometheus' text format, nothing personal, for
//	                  this machine and its own network only, past the proxy
//
// It keeps nothing between requests but the limits' counters, so any number of
// instances can stand behind a balancer.
//
// Private, it serves this machine alone: callers and Host names must be
// loopback, which stops DNS rebinding, and what a proxy says it passed on
// (X-Forwarded-For, Forwarded) is refused, whoever it is for: behind a proxy
// every caller would look like this machine. Public (Options.Public), it stands
// behind a reverse proxy; the probe then connects to public addresses only and
// sends no mail, and callers are limited. In both, a page of another origin
// may call it only if it is named in Options.AllowOrigins.
//
// The password is in the request's body and nowhere else: not in an address, a
// header, an answer, a metric or the log.
package api

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"wgsmtp/web/probe"
)

// Options of a handler. The zero value serves this machine alone.
type Options struct {
	Public bool
	// AllowOrigins are origins of pages that may call it besides its own:
	// "https://example.org".
	AllowOrigins []string
	Prober       *probe.Prober // nil is one that fits Public; its Public is set to match
	Log          *slog.Logger  // nil logs nothing; wrapped so that no secret gets into it
	Limits       Limits        // zero fields are DefaultLimits'
}

// Limits bound what callers can ask for.
type Limits struct {
	Body     int64         // bytes of a request
	BodyTime time.Duration // to read it

	// All is how many tests may run at once. The rest is for callers of a
	// public instance: Each at once, and PerMinute.
	All       int
	Each      int
	PerMinute int
}

// DefaultLimits are those of a handler that sets none.
var DefaultLimits = Limits{Body: 64 << 10, BodyTime: 10 * time.Second, All: 512, Each: 2, PerMinute: 6}

func (l Limits) orDefault() Limits {
	d := DefaultLimits
	if l.Body <= 0 {
		l.Body = d.Body
	}
	if l.BodyTime <= 0 {
		l.BodyTime = d.BodyTime
	}
	for _, p := range []struct{ v, d *int }{{&l.All, &d.All}, {&l.Each, &d.Each}, {&l.PerMinute, &d.PerMinute}} {
		if *p.v <= 0 {
			*p.v = *p.d
		}
	}
	return l
}

// Paths are what a handler answers; everything else is the page's.
var Paths = []string{"/api/", "/healthz", "/metrics"}

type api struct {
	o       Options
	origins []string
	cross   *http.CrossOriginProtection
	log     *slog.Logger
	limiter *limiter
	metrics *metrics
}

// New makes the handler. The error is about AllowOrigins.
func New(o Options) (http.Handler, error) {
	o.Limits = o.Limits.orDefault()
	p := probe.Prober{}
	if o.Prober != nil {
		p = *o.Prober
	}
	p.Public = o.Public
	o.Prober = &p
	a := &api{o: o, cross: http.NewCrossOriginProtection(), limiter: newLimiter(o.Limits, o.Public), metrics: newMetrics()}
	a.log = slog.New(slog.DiscardHandler)
	if o.Log != nil {
		a.log = slog.New(Sober(o.Log.Handler()))
	}
	for _, origin := range o.AllowOrigins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return nil, fmt.Errorf("%q is not an origin: it is a scheme and a host, such as https://example.org", origin)
		}
		if err := a.cross.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
		a.origins = append(a.origins, origin)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/probe", a.probe)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "there is only /api/probe here")
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if !near(r) {
			a.refused(w, http.StatusForbidden, "metrics", "the counters are for this machine and its own network: ask past the proxy")
			return
		}
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		a.metrics.write(w, a.limiter.running())
	})
	return a.guard(mux), nil
}

// guard lets only those in who may call, and nothing out that a browser could
// take for a page.
func (a *api) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			// The value of a panic may hold anything: it is not logged.
			if p := recover(); p != nil {
				a.metrics.refuse("panic")
				a.log.Error("panic")
				panic(http.ErrAbortHandler)
			}
		}()
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Add("Vary", "Origin")
		if !a.o.Public {
			if why := stranger(r); why != "" {
				a.refused(w, http.StatusForbidden, "host", why)
				return
			}
		}
		if origin := r.Header.Get("Origin"); slices.Contains(a.origins, origin) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Retry-After")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Set("Access-Control-Allow-Methods", "POST")
				h.Set("Access-Control-Allow-Headers", "Content-Type")
				h.Set("Access-Control-Max-Age", "600")
				if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
					h.Set("Access-Control-Allow-Private-Network", "true")
				}
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		if err := a.cross.Check(r); err != nil {
			a.refused(w, http.StatusForbidden, "origin", "this page may not call this address: start wgsmtp serve with --allow-origin and the page's origin")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// stranger tells why a request does not come from this machine to this machine.
func stranger(r *http.Request) string {
	if remote, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !remote.Addr().Unmap().IsLoopback() {
		return "the test answers this machine alone; for others start wgsmtp serve with --public"
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded"} {
		if r.Header.Get(name) != "" {
			return "the request came through a proxy, and the test answers this machine alone; for others start wgsmtp serve with --public"
		}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return ""
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.Unmap().IsLoopback() {
		return ""
	}
	return "the test answers under localhost, 127.0.0.1 and [::1] only"
}

// near tells whether a request comes straight from this machine or its own
// network, not through a proxy: whoever asks through one may be anybody.
func near(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr := remote.Addr().Unmap()
	return addr.IsLoopback() || addr.IsPrivate()
}

// refuse answers with an error as JSON.
func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	writeLine(w, answer{Error: text})
}

// refused is refuse, counted and logged under a word.
func (a *api) refused(w http.ResponseWriter, status int, word, text string) {
	a.metrics.refuse(word)
	a.log.Info("refused", "why", word, "status", status)
	refuse(w, status, text)
}
