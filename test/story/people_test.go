package story

import "banyan/internal/scenario/demo"

// staff signs a demo login in. A story gives each deed a fresh session, because hours pass between them.
func (h *house) staff(login string) *visitor {
	h.Helper()
	v := newVisitor(h.T, h.url)
	v.open("/staff/signin")
	v.press("登录", fill{"login": login, "password": demo.Password})
	return v
}

// report lets a citizen report a broken lamp in Dongjie with a photo and gives the number.
func (h *house) report(words, phone string) (number string) {
	h.Helper()
	v := h.citizen()
	v.open("/report")
	v.press("下一步：怎么了", fill{"photos": lamp(h.T), "选区县": "鼓楼区", "写明在哪里": "牌坊往东二十米"})
	v.press("下一步：怎么了", fill{"选街道、乡镇": "东街街道"})
	v.press("下一步：怎么联系您", fill{"说一句话就行": words, "求助": ""})
	for range 2 {
		if v.page.Find("textarea[name=words]").Length() > 0 { // without script what it seems to be about is asked on a page of its own
			v.press("下一步：怎么联系您", nil)
		}
	}
	v.press("下一步：核对", fill{"联系电话": phone, "怎么称呼您": "张三", "我同意公开": ""})
	v.press("发送", nil)
	v.sees("收到了，谢谢您")
	h.settle()
	return plain(v.page.Find("main .panel .number, main .panel .num").First())
}

// track opens a request by its number and phone.
func (h *house) track(number, phone string) *visitor {
	h.Helper()
	v := h.citizen()
	v.open("/track")
	v.press("查", fill{"编号": number, "反映时留的电话": phone})
	return v
}

// desk opens a case on one of the desk's boards.
func (h *house) desk(login, board, title string) *visitor {
	h.Helper()
	v := h.staff(login)
	v.open("/desk/" + board)
	v.follow(title)
	return v
}

// order opens a unit's order.
func (h *house) order(login, title string) *visitor {
	h.Helper()
	v := h.staff(login)
	v.open("/work")
	v.follow(title)
	return v
}
