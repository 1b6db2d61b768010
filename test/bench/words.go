package main

import (
	"fmt"
	"math/rand/v2"

	"banyan/internal/platform/geo"
	"banyan/internal/register/area"
	"banyan/internal/register/person"
	"banyan/internal/work/request"
)

// says are invented messages of the length and kind that people send.
func says() []string {
	return []string{
		"小区门口的路灯坏了三盏，晚上一片漆黑，老人和孩子出门都看不清路，已经有人摔倒过，请尽快派人来修。",
		"楼下烧烤店每天营业到凌晨两点，油烟直接排到居民窗户里，噪音也很大，投诉过几次都没有改善，希望有关部门管一管。",
		"我家这条路上的井盖松动，汽车一过就咣当响，半夜尤其吵，也担心车轮压翻出危险，请市政单位尽快处理。",
		"公交站牌倒了一个星期没有人扶起来，等车的人都站到机动车道上，很不安全，请交通部门去现场看看。",
		"小区的垃圾桶满了三天没有清运，夏天味道非常大，苍蝇很多，物业说不归他们管，到底应该找谁处理？",
		"河边步道的栏杆断了一段，旁边就是深水，周末很多孩子在那里玩，请在出事之前把栏杆修好，谢谢。",
		"请问孩子今年九月上小学需要准备什么材料？我们是租房户，户口不在本区，居住证已经满一年了。",
		"单位拖欠了我们十几个工人三个月的工资，老板电话不接，工地也停了，请劳动部门帮我们把钱要回来。",
		"自来水这两天发黄，放了很久还是浑的，整栋楼都是这样，不敢喝也不敢做饭，请水务部门来检测一下水质。",
		"医院门口的人行道被电动车和共享单车占满了，轮椅根本过不去，只能走到马路上，请城管整治。",
		"建议在学校门口的路口增加一个红绿灯，上下学的时候车流量太大，孩子过马路靠志愿者拦车，长期不是办法。",
		"楼上违规搭建阳光棚，下雨的时候声音特别大，还往下滴水，和他沟通没有用，请执法部门来看看是不是违章建筑。",
	}
}

// said is one invented request: other words, place and phone each time.
func said(areas []area.Area, n int) request.Intake {
	r := rand.New(rand.NewPCG(uint64(n), 7)) //nolint:gosec // the same rows each time, nothing to guess
	all := says()
	place := areas[r.IntN(len(areas))]
	return request.Intake{
		ClientID: fmt.Sprintf("bench-%016x-%d", r.Uint64(), n),
		Kind:     []string{"complaint", "help", "inquiry", "suggestion"}[r.IntN(4)],
		Words:    all[r.IntN(len(all))] + fmt.Sprintf("（第%d栋）", 1+r.IntN(60)) + all[r.IntN(len(all))],
		Address:  fmt.Sprintf("%s中山路%d号", place.Name.Hans, 1+r.IntN(400)),
		Area:     place.Code, Channel: "web", Language: "zh-Hans",
		Point:   geo.Point{Lat: 25.9 + r.Float64()/4, Lon: 119.2 + r.Float64()/4},
		Contact: person.Contact{Name: "张三", Phone: fmt.Sprintf("139%08d", r.IntN(100_000_000)), Language: "zh-Hans"},
		Publish: r.IntN(3) > 0,
	}
}
