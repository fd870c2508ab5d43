package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

//go:embed probe.js
var probe string

const patience = 90 * time.Second

// visit is a page open in a browser of its own, with nothing in its caches.
type visit struct {
	ctx   context.Context
	close func()
	page  subject
}

type act = chromedp.Action[chromedp.Void]

// call is a command of the DevTools protocol whose answer does not matter.
func call[P, R any](command cdp.Command[P, R], params P) act {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, command, params); err != nil {
			return fmt.Errorf("%T: %w", params, err)
		}
		return nil
	})
}

// Chromium up to 148 asks for a parameter that the protocol has no more.
type slowNetworkParams struct {
	network.EmulateNetworkConditionsByRuleParams
	Offline bool `json:"offline"`
}

var slowNetwork = cdp.Command[slowNetworkParams, network.EmulateNetworkConditionsByRuleResult]{Method: network.CommandEmulateNetworkConditionsByRule}

// begin starts a browser. With slow, its processor is slowed four times, and
// its network is 1.6 Mbit/s with 150 ms.
func begin(s subject, slow bool) (*visit, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // for those who are root, as in a container
		chromedp.Flag("disable-gpu", true),
		// Nothing but this machine can be reached.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
	)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	v := &visit{ctx: ctx, page: s, close: func() { cancel(); cancelAlloc() }}
	settings, err := json.Marshal(map[string]string{"output": s.output, "ready": s.ready})
	if err != nil {
		return nil, err
	}
	steps := []act{
		call(network.Enable, network.EnableParams{}),
		call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: "const settings = " + string(settings) + ";\n" + probe}),
		call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1280, Height: 900, DeviceScaleFactor: 1}),
	}
	if slow {
		steps = append(steps, call(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4}))
		steps = append(steps, call(slowNetwork, slowNetworkParams{
			EmulateNetworkConditionsByRuleParams: network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: 1.6 * 1024 * 1024 / 8, UploadThroughput: 750 * 1024 / 8}},
			}}))
	}
	// The browser lives as long as the context that it is started with.
	if err := chromedp.Do(ctx); err != nil {
		v.close()
		return nil, err
	}
	if err := v.do(steps...); err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

func (v *visit) do(steps ...act) error {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// open begins to load the page and does not wait.
func (v *visit) open() error {
	return v.do(call(page.Navigate, page.NavigateParams{URL: v.page.front.origin + v.page.path}))
}

// ask evaluates a JavaScript expression.
func ask[T any](v *visit, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// await waits until an expression is true. Where the page is being replaced,
// its failure is a no.
func (v *visit) await(expression string) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if yes, err := ask[bool](v, "!!("+expression+")"); err == nil && yes {
			return nil
		}
	}
	return fmt.Errorf("%s: waited in vain for %s", v.page.name, expression)
}

// press types a key into the subject's field.
func (v *visit) press(key string) error {
	found, err := ask[bool](v, fmt.Sprintf("(e => { e?.focus(); return !!e })(document.querySelector(%q))", v.page.field))
	if err != nil || !found {
		return err
	}
	return v.do(chromedp.KeyEvent(key))
}
