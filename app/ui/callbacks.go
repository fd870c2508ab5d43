// What the result panels report. Their callbacks carry no context of the
// program's; the page keeps its own from when it was mounted.

package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

func (p *Page) onBlock(b *BlockPanel)          { p.block = b }
func (p *Page) onLight(field string)           { p.lit = field }
func (p *Page) onPanelGo(field string)         { p.goTo(p.ctx, field) }
func (p *Page) onPanelFix(rule string)         { p.fix(p.ctx, rule) }
func (p *Page) onComments(on bool)             { p.change(p.ctx, "comments", strconv.FormatBool(on)) }
func (p *Page) onLinkBack(on bool)             { p.change(p.ctx, "link-back", strconv.FormatBool(on)) }
func (p *Page) onKind(kind wgsmtp.MailKind)    { p.setMail(p.ctx, kind) }
func (p *Page) onInputs(inputs preview.Inputs) { p.setInputs(p.ctx, inputs) }
func (p *Page) copyBlock(ctx app.Context) {
	p.visitAll()
	p.unfold(ctx)
	copyText(p.out.Block.String(), func(ok bool) {
		ctx.Dispatch(func(app.Context) {
			p.notice = "Copied."
			if !ok {
				p.notice = "The browser did not allow copying: select the block and copy it by hand."
			}
		})
	})
}
