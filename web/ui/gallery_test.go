package ui_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	messages "banyan/web"
	"banyan/web/ui"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

func page(t *testing.T, l i18n.Lang, look web.Look) web.Page {
	t.Helper()
	c, err := i18n.Load(messages.Messages)
	if err != nil {
		t.Fatal(err)
	}
	return web.NewPage(c, l, look)
}

// draw renders c and parses it.
func draw(t *testing.T, p web.Page, c templ.Component) *goquery.Document {
	t.Helper()
	var html strings.Builder
	if err := c.Render(web.WithPage(context.Background(), p), &html); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// shows sets components one after another.
func shows(list ...templ.Component) templ.Component { return templ.Join(list...) }

func inside(shell, content templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return shell.Render(templ.WithChildren(ctx, content), w)
	})
}

func forms(p web.Page) templ.Component {
	errs := ui.Errors(p, fault.Fields{fault.Field("words", "web.field.required"), fault.Field("rating", "web.field.required")}, "words", "诉求")
	options := []ui.Option{{Value: "a", Label: "甲", Hint: "一"}, {Value: "b", Label: "乙"}}
	return shows(
		ui.ErrorSummary(errs),
		ui.FormID("01JDC00000000000000000000A"),
		ui.Field(ui.FieldView{Name: "phone", Label: "电话", Hint: "十一位", Type: "tel", Max: 20, Options: []string{"1"}, Placeholder: "139", InputMode: "tel", Autocomplete: "tel", Error: "错"}),
		ui.TextArea(ui.TextAreaView{Name: "words", Label: "诉求", Required: true, Max: 500, Big: true, Error: ui.ErrorOf(errs, "words")}),
		ui.Select(ui.SelectView{Name: "area", Label: "街道", Empty: "请选择", Options: options, Value: "b"}),
		ui.Radios(ui.RadiosView{Name: "kind", Legend: "类型", Options: options, Value: "a"}),
		ui.Radios(ui.RadiosView{Name: "duty", Legend: "类别", Options: options, Pills: true}),
		ui.Checkbox(ui.CheckboxView{Name: "public", Value: "1", Label: "公开", Hint: "不公开照片", Checked: true}),
		ui.FileField(ui.FileView{Name: "photos", Label: "照片", Max: 3, Camera: true}),
		ui.Place(ui.PlaceView{Shapes: "/map.geojson"}),
		ui.Rating(ui.RatingView{Name: "rating", Legend: "评价", Value: "4", Error: ui.ErrorOf(errs, "rating")}),
		inside(ui.Actions(true), shows(
			ui.Button(ui.ButtonView{Label: "提交", Kind: "primary", Wide: true, Key: "E", Name: "do", Value: "send", Icon: "send"}),
			ui.Button(ui.ButtonView{Label: "并案", Dense: true, Reason: "已有相似在办"}),
			ui.LinkButton(ui.LinkView{Label: "返回", Href: "/", Icon: "back", Key: "B"}),
		)),
	)
}

func showing(p web.Page) templ.Component {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	due := ui.Due(p, now.Add(time.Hour), now, true)
	chip := ui.ChipView{Kind: "info", Text: "处理中"}
	words := templ.Raw("<p>words</p>")
	var icons []templ.Component
	for _, name := range ui.Icons() {
		icons = append(icons, ui.Icon(name))
	}
	return shows(
		shows(icons...),
		ui.Heading(ui.HeadingView{Text: "我的事", Href: "/my", HrefText: "全部"}),
		inside(ui.Card(ui.CardView{Title: "诉求", Aside: "旁注", Kind: "info", ID: "c"}), words),
		ui.Chip("warn", "快到期"), ui.DueChip(due),
		ui.DueChip(ui.Due(p, now.Add(-time.Hour), now, false)), ui.DueChip(ui.Due(p, now.Add(48*time.Hour), now, false)),
		ui.Timeline([]ui.TimelineItem{{At: "11:58", Who: "网格员", What: "核实", Words: "已放警示牌", Effect: "最迟 17:30", Kind: "warn"}}),
		ui.Steps([]ui.Step{{Label: "已收到", State: "done"}, {Label: "处置", State: "now", Hint: "12:00"}, {Label: "评价"}}),
		ui.Candidates(ui.CandidatesView{Name: "unit", Legend: "主办", Rows: []ui.Candidate{{Value: "a", Name: "城管局", Score: "96%", Part: .96, Reasons: []string{"权责", "先例"}, Chosen: true}}}),
		ui.Candidates(ui.CandidatesView{Legend: "建议", Rows: []ui.Candidate{{Name: "街道", Role: "协办", Part: 2}}}),
		ui.OrderCard(ui.OrderView{Title: "修灯", Number: "1", Unit: "城管局", Role: "主办", Href: "/o", State: chip, Due: &due, Meta: []ui.MetaItem{{Term: "签收", Text: "12:10", Num: true}}, Note: "注"}),
		ui.Rows(ui.RowsView{Label: "待派", Rows: []ui.Row{{ID: "1", Href: "/c/1", Title: "路灯", Sub: "鼓楼", Chips: []ui.ChipView{chip}, Due: &due, Selected: true}}}),
		ui.Table(ui.TableView{Caption: "排名", Columns: []ui.Column{{Label: "区县", Sort: "?s=a", Sorted: "ascending"}, {Label: "率", Num: true}}, Rows: []ui.TableRow{{Href: "/a", Cells: []string{"鼓楼", "97%"}}}}),
		ui.Tabs(ui.TabsView{Label: "来源", Tabs: []ui.Tab{{Label: "全部", Href: "?", Count: "37", Active: true}}}),
		ui.Tabs(ui.TabsView{Label: "视图", Pills: true, Tabs: []ui.Tab{{Label: "电话", Href: "?c=phone"}}}),
		ui.Pager(ui.PagerView{Prev: "?b=1", Next: "?a=2", Text: "1–20"}),
		ui.Empty(ui.EmptyView{Icon: "inbox", Title: "没有", Text: "以后会有", Action: &ui.LinkView{Label: "去", Href: "/"}}),
		inside(ui.Notice(ui.NoticeView{Kind: "danger", Title: "注意", Text: "字"}), words),
		inside(ui.Panel(ui.PanelView{Title: "收到", Label: "编号", Number: "FZ1", Text: "谢谢", QR: "https://example.org/FZ1"}), words),
		ui.Meta([]ui.MetaItem{{Term: "地点", Text: "鼓楼", Href: "/", HrefText: "改"}}),
		ui.Tiles([]ui.Tile{{Icon: "doc", Label: "办事", Hint: "104 项", Href: "/"}}),
		ui.Entries([]ui.Entry{{Icon: "camera", Title: "随手拍", Text: "一分钟", Href: "/report", Strong: true}}),
		ui.LinkRows([]ui.LinkRow{{Icon: "shield", Title: "谁看过", Text: "4 次", Href: "/", Chip: chip}, {Photo: "/p.jpg", Title: "照片", Href: "/"}}),
		ui.Photos([]ui.Photo{{Src: "/p.jpg", Alt: "路灯", Href: "/p"}}),
		ui.Stat(ui.StatView{Label: "在办", Value: "11,306", Unit: "件", Note: "快到期", Source: "流水", At: "12:06", Href: "/", Trend: "↑ 3", TrendKind: "danger"}),
		ui.Bars(ui.BarsView{Label: "解决率", Bars: []ui.Bar{{Label: "鼓楼", Value: "97%", Part: .97, Href: "/", Kind: "warn"}}}),
		ui.MapSVG(ui.MapView{Title: "未办结", Measure: "件", Legend: "0–9", Width: 90, Height: 60, Areas: []ui.MapArea{{Shape: ui.Shape{Name: "鼓楼", Path: "M0 0L9 0L9 9Z", Room: 90}, Value: "3", Href: "/a", Step: 9}}, Points: []ui.MapPoint{{Label: "呼叫", Kind: "warn"}}}),
		ui.KeyHints([]ui.KeyHint{{Keys: []string{"J", "K"}, Words: "上下"}}),
	)
}

func shells(p web.Page) map[string]templ.Component {
	content := shows(forms(p), showing(p))
	nav := []ui.NavGroup{{Title: "看", Items: []ui.NavItem{{Label: "待派", Href: "/desk", Icon: "inbox", Count: "37", Active: true}}}}
	return map[string]templ.Component{
		"citizen": inside(ui.Citizen(ui.CitizenView{Page: p, Title: "首页", District: "鼓楼区", DistrictHref: "/d", Active: "home", Hello: true, Lead: ui.SearchField("/search", "搜", "")}), content),
		"task":    inside(ui.Citizen(ui.CitizenView{Page: p, Title: "随手拍", Back: "/", Step: "1/3", Scripts: []string{"report.js"}}), content),
		"desk":    inside(ui.Desk(ui.DeskView{Page: p, Title: "派单", Room: "派单台", Search: "/s", Status: "37", Who: "张三", Nav: nav, Fresh: "12:06"}), ui.Split(showing(p), forms(p))),
		"screen":  inside(ui.Screen(ui.ScreenView{Page: p, Title: "大脑", Sub: "一线", Now: "12:06", Source: "流水", Fresh: "12:06", Note: "注"}), content),
		"plain":   inside(ui.Plain(ui.PlainView{Page: p, Title: "登录"}), content),
		"error":   ui.ErrorPage(p, fault.New(fault.Internal, "web.error.internal"), "AAAAA-BBBBB"),
	}
}

func TestEveryComponentInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		for _, look := range []web.Look{{}, {Mode: "elder", Theme: "contrast", Density: "compact"}} {
			p := page(t, l, look)
			p.Live = "case:1"
			for name, shell := range shells(p) {
				t.Run(string(l)+" "+name+" "+look.Mode, func(t *testing.T) {
					t.Parallel()
					check(t, draw(t, p, shell))
				})
			}
		}
	}
}

// check holds a page to what every page promises.
func check(t *testing.T, doc *goquery.Document) {
	t.Helper()
	if n := doc.Find("[style], style, script:not([src])").Length(); n > 0 {
		t.Errorf("%d elements with inline style or script", n)
	}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				t.Errorf("<%s> has the handler %s", goquery.NodeName(s), a.Key)
			}
		}
	})
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		_, named := s.Attr("aria-label")
		if !named && (id == "" || doc.Find(`label[for="`+id+`"]`).Length() == 0) {
			t.Errorf("<%s id=%q> has no label", goquery.NodeName(s), id)
		}
	})
	doc.Find("button, a").Each(func(_ int, s *goquery.Selection) {
		label, _ := s.Attr("aria-label")
		alt, _ := s.Find("img").Attr("alt")
		if strings.TrimSpace(s.Text()+label+alt) == "" {
			t.Errorf("a <%s> has no words", goquery.NodeName(s))
		}
	})
	for _, word := range []string{"[ui.", "[web."} {
		if strings.Contains(doc.Text(), word) {
			t.Errorf("a message is missing: %s", around(doc.Text(), word))
		}
	}
	if lang, _ := doc.Find("html").Attr("lang"); lang == "" {
		t.Error("the page has no language")
	}
	if doc.Find("main#main").Length() != 1 {
		t.Error("the page has not exactly one main")
	}
}

func around(text, word string) string {
	at := strings.Index(text, word)
	return text[at:min(at+40, len(text))]
}

func TestModes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		shell, mode, theme string
		look               web.Look
	}{
		{"citizen", "citizen", "light", web.Look{}},
		{"citizen", "elder", "dark", web.Look{Mode: "elder", Theme: "dark"}},
		{"desk", "desk", "light", web.Look{Mode: "elder"}},
		{"screen", "screen", "dark", web.Look{Theme: "light"}},
		{"screen", "screen", "contrast", web.Look{Theme: "contrast"}},
	}
	for _, tt := range tests {
		t.Run(tt.shell+" "+tt.theme, func(t *testing.T) {
			t.Parallel()
			p := page(t, i18n.ZhHans, tt.look)
			html := draw(t, p, shells(p)[tt.shell]).Find("html")
			if mode, _ := html.Attr("data-mode"); mode != tt.mode {
				t.Errorf("mode %q, want %q", mode, tt.mode)
			}
			if theme, _ := html.Attr("data-theme"); theme != tt.theme {
				t.Errorf("theme %q, want %q", theme, tt.theme)
			}
		})
	}
}

func TestElderModeHasAFixedCall(t *testing.T) {
	t.Parallel()
	p := page(t, i18n.ZhHans, web.Look{Mode: "elder"})
	doc := draw(t, p, shells(p)["citizen"])
	if doc.Find(`.elder-call a[href="tel:12345"]`).Length() != 1 || doc.Find(".foot-nav").Length() != 0 {
		t.Error("elder mode shows the call and no navigation at the foot")
	}
}

func TestErrorSummaryLeadsToTheFields(t *testing.T) {
	t.Parallel()
	p := page(t, i18n.ZhHans, web.Look{})
	doc := draw(t, p, forms(p))
	doc.Find(".error-summary a").Each(func(_ int, s *goquery.Selection) {
		href, _ := s.Attr("href")
		if doc.Find(href).Length() != 1 {
			t.Errorf("%s leads nowhere", href)
		}
	})
	if got := doc.Find(".error-summary a").First().Text(); got != "诉求：请填写这一项" {
		t.Errorf("got %q", got)
	}
}

func TestUnknownIconIsAnError(t *testing.T) {
	t.Parallel()
	if err := ui.Icon("unicorn").Render(context.Background(), &strings.Builder{}); err == nil {
		t.Error("no error")
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	square := `{"type":"Feature","properties":{"code":"1","name":"甲"},"geometry":{"type":"Polygon","coordinates":[[[119,26],[120,26],[120,27],[119,27],[119,26]]]}}`
	tests := []struct {
		name, raw string
		keep      func(string) bool
		want      int
	}{
		{"all", `{"type":"FeatureCollection","features":[` + square + `]}`, nil, 1},
		{"none kept", `{"type":"FeatureCollection","features":[` + square + `]}`, func(string) bool { return false }, 0},
		{"empty", `{"type":"FeatureCollection","features":[]}`, nil, 0},
		{"no GeoJSON", `{`, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shapes, err := ui.Shapes([]byte(tt.raw), 300, 200, tt.keep)
			if (err != nil) != (tt.want == 0) || len(shapes) != tt.want {
				t.Fatalf("%d shapes, error %v", len(shapes), err)
			}
			if tt.want == 1 && (shapes[0].X < 149 || shapes[0].X > 151 || shapes[0].Y < 99 || shapes[0].Y > 101) {
				t.Errorf("the middle is %.1f %.1f, want 150 100", shapes[0].X, shapes[0].Y)
			}
		})
	}
}
