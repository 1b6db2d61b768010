// Package ui is the design system's components: templ functions fed by typed views. Texts in a view are already in
// the reader's language (p.T("citizen.report.words")); a component's own words ("next page") it finds itself through
// the Page in the context. Every component works without script; nothing has inline style or script.
//
// # Shells: one per page, the content between the braces
//
//	@ui.Citizen(ui.CitizenView{Page: p, Title: …, Active: "home"}) { … }      portal, elder mode by the look cookie
//	@ui.Desk(ui.DeskView{Page: p, Title: …, Nav: …}) { … }                    staff; inside it @ui.Split(list, detail)
//	@ui.Screen(ui.ScreenView{Page: p, Title: …}) { … }                        city brain, dark
//	@ui.Plain(ui.PlainView{Page: p, Title: …}) { … }                          login, errors, confirmations
//	@ui.ErrorPage(p, e, ref)                                                  for web.Config.ErrorPage
//
//	CitizenView{Page web.Page; Title, City, District, DistrictHref, Active, Back, Step string; Lead templ.Component;
//	            Hello bool; Scripts []string}     Active: home | mine | messages | me. Back: a task page with a back
//	                                              arrow and Step instead of the green header and the navigation.
//	                                              Hello: the high green header whose cards overlap it (front page)
//	DeskView{Page; Title, Room, Search, Status, Who string; Nav []NavGroup; Keys []KeyHint; Fresh string;
//	         Scripts []string}
//	NavGroup{Title string; Items []NavItem}       NavItem{Label, Href, Icon, Count string; Active bool}
//	ScreenView{Page; Title, Sub, Now string; Source, Fresh, Note string; Scripts []string}
//	PlainView{Page; Title string; Scripts []string}
//	Scripts names islands beside app.js: "report.js", "place.js"
//
// # Forms
//
//	@ui.FormID(web.FormID(r))                     hidden form_id: the form is one act however often it is sent
//	@ui.ActingField()                            in forms of what may be done for another: for whom it was shown
//	@ui.ErrorSummary(errs)                        errs := ui.Errors(p, err, "phone", phoneLabel, …)
//	                                              []FieldError{Field, Label, Text}; takes focus
//	@ui.Field(FieldView{Name, Label, Hint, Value, Error, Type, Autocomplete, InputMode, Placeholder string; Max int;
//	                    Required, Big bool; Options []string; Attrs templ.Attributes})
//	@ui.TextArea(TextAreaView{Name, Label, Hint, Value, Error, Placeholder string; Rows, Max int; Required, Big bool; Attrs})
//	@ui.Select(SelectView{Name, Label, Hint, Value, Error, Empty string; Options []Option; Required bool; Attrs})
//	@ui.Radios(RadiosView{Name, Legend, Hint, Value, Error string; Options []Option; Pills, Big bool; Attrs})
//	@ui.Checkbox(CheckboxView{Name, Value, Label, Hint, Error string; Checked bool; Attrs})
//	@ui.FileField(FileView{Name, Label, Hint, Error string; Max int; Camera bool})      photos
//	@ui.Place(PlaceView{Lat, Lon, Address, Shapes string; Error string})   position fields lat, lon, accuracy + picker
//	@ui.Rating(RatingView{Name, Legend, Hint, Value, Error string})                     five levels, 5..1
//	@ui.Button(ButtonView{Label, Name, Value, Kind, Icon, Key, Reason string; Dense, Wide bool; Attrs})
//	@ui.LinkButton(LinkView{Label, Href, Kind, Icon, Key string; Dense, Wide bool; Attrs})
//	@ui.Actions(sticky bool) { buttons }
//	Kind of buttons: primary | "" | quiet | danger.  Reason: disabled, and why in words.
//	Option{Value, Label, Hint string}.  Error of a field: ui.ErrorOf(errs, "phone")
//
// # Showing
//
//	@ui.Icon("camera")                            names: see icon.go; decoration, words stand beside it
//	@ui.Heading(HeadingView{Text, Href, HrefText string})                   a section's h2 with a link at its end
//	@ui.Card(CardView{Title, Aside, Kind, ID string}) { … }                 Kind: info | warn | danger | ok: a bar
//	@ui.Chip("info", "处理中")                     kinds: "" brand info ok warn danger
//	@ui.DueChip(ui.Due(p, due, now, provisional)) DueView{Text, Title, Kind string; Provisional bool}
//	@ui.Timeline([]TimelineItem{At, Who, What, Words, Effect string; Kind string})
//	@ui.Steps([]Step{Label, Hint, State string})  State: done | now | "" : a parcel's progress
//	@ui.Candidates(CandidatesView{Name, Legend string; Rows []Candidate{Value, Name, Score, Role string; Part float64;
//	                    Reasons []string; Chosen bool}})  with Name it is a radio group, else a list
//	@ui.OrderCard(OrderView{Title, Number, Unit, Role, Href string; State ChipView; Due *DueView; Meta []MetaItem; Note string})
//	@ui.Rows(RowsView{Label string; Rows []Row{ID, Href, Title, Sub string; Chips []ChipView; Due *DueView; Selected bool}})
//	@ui.Table(TableView{Caption string; Columns []Column{Label, Sort, Sorted string; Num bool}; Rows []TableRow{Href string; Cells []string}})
//	@ui.Tabs(TabsView{Label string; Tabs []Tab{Label, Href, Count string; Active bool}; Pills bool})
//	@ui.Pager(PagerView{Prev, Next, Text string})                           keyset: links, no page numbers
//	@ui.Empty(EmptyView{Icon, Title, Text string; Action *LinkView})
//	@ui.Notice(NoticeView{Kind, Title, Text string}) { … }                  Kind: info | ok | warn | danger
//	@ui.Panel(PanelView{Title, Label, Number, Text, QR string}) { … }       confirmation with number and QR
//	@ui.Meta([]MetaItem{Term, Text, Href, HrefText string; Num bool})       definition list
//	@ui.Tiles([]Tile{Icon, Label, Hint, Href string})                       grid of services
//	@ui.Entries([]Entry{Icon, Title, Text, Href string; Strong bool})       the one or two big doors of a page
//	@ui.LinkRows([]LinkRow{Icon, Title, Text, Href, Photo string; Chip ChipView})
//	@ui.Photos([]Photo{Src, Alt, Href string})
//	@ui.Stat(StatView{Label, Value, Unit, Note, Source, At, Href, Trend string; TrendKind string})
//	@ui.Bars(BarsView{Label string; Bars []Bar{Label, Value, Href, Kind string; Part float64}})
//	@ui.MapSVG(MapView{Title, Measure, Legend string; Width, Height int; Areas []MapArea{Shape; Value, Href string;
//	                    Step int}; Points []MapPoint{X, Y float64; Label, Kind string}})
//	shapes, err := ui.Shapes(geojson, 900, 640, keep)   []Shape{Code, Name, Path string; X, Y, Room float64}; once at start;
//	                                              keep func(code string) bool chooses the areas, nil for all
//	@ui.QR(text, label)                           SVG
//	@ui.KeyHints([]KeyHint{Keys []string; Words string})
//
// # Script hooks (all optional)
//
//	data-leave on a form        asks before leaving with unsent words
//	data-confirm="words"        on a button: asks before sending
//	data-once on a form         a second press while sending does nothing
//	data-rows / data-key="E"    J and K move in Rows, Enter opens; data-key presses a button or link
//	Page.Live = "case:1,queue:…"  one live connection per browser; an element with data-live="topic" and hx-get
//	                            receives the event "live" (hx-trigger="live")
package ui
