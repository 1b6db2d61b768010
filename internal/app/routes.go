package app

import (
	"maps"
	"net/http"
	"slices"

	"banyan/internal/platform/web"
	"banyan/internal/scenario/account"
	"banyan/internal/scenario/behalf"
	"banyan/internal/scenario/brain"
	"banyan/internal/scenario/citizen"
	"banyan/internal/scenario/connect"
	"banyan/internal/scenario/frontline"
	"banyan/internal/scenario/hotline"
	"banyan/internal/scenario/level"
	"banyan/internal/scenario/proof"
	"banyan/internal/scenario/survey"
	"banyan/internal/scenario/trust"
	"banyan/internal/scenario/wallet"
	"banyan/internal/work/request"
)

// routes is the site map: every page of the house and the room it belongs to.
func (a *App) routes(s *web.Server) error {
	rooms, err := a.rooms(s)
	if err != nil {
		return err
	}
	ended := rooms.account.Ended
	all := []map[string]web.Handler{
		citizenRoutes(rooms.citizen), proofRoutes(rooms.proof), staffOnly(ended, staffProofRoutes(rooms.proof)), accountRoutes(rooms.account, rooms.citizen.Forget),
		staffOnly(ended, hotlineRoutes(rooms.hotline)), staffOnly(ended, frontlineRoutes(rooms.frontline)), staffOnly(ended, brainRoutes(rooms.brain)), staffOnly(ended, feedRoutes(a.Feed)),
		staffOnly(ended, adminRoutes(rooms.account)), staffOnly(ended, purposeRoutes(rooms.trust)), staffOnly(ended, map[string]web.Handler{"GET /desk": a.home}),
		a.open311Routes(s), trustRoutes(rooms.trust), connectRoutes(rooms.connect), familyRoutes(rooms.behalf), staffOnly(ended, mandateRoutes(rooms.behalf)),
		levelRoutes(rooms.level), staffOnly(ended, map[string]web.Handler{"GET /desk/checks": rooms.level.Checks, "POST /desk/checks": rooms.level.Check}),
		walletRoutes(rooms.wallet), staffOnly(ended, credentialRoutes(rooms.wallet)),
		staffOnly(ended, surveyRoutes(rooms.survey)), publicSurveyRoutes(rooms.survey),
		a.channelRoutes(),
	}
	guardGrave(rooms.proof, all)
	for _, pattern := range guessable() {
		for _, list := range all {
			if h, ok := list[pattern]; ok {
				list[pattern] = s.Slow(s.Slow(h, perNumber(), a.number), perAddress(), s.Address)
				if pattern == sendsCode {
					list[pattern] = s.Slow(list[pattern], perDay(), s.Address)
				}
			}
		}
	}
	for _, list := range all {
		for _, pattern := range slices.Sorted(maps.Keys(list)) {
			s.Handle(pattern, forAnother(pattern, list[pattern]))
		}
	}
	s.Handle("GET /map.geojson", a.shapes)
	a.openAPI(s)
	return nil
}

// guessable names the forms through which a stranger could try numbers, phones
// or codes one by one.
func guessable() []string {
	shown := []string{"POST /present", "GET /present/{code}", "POST /present/{code}"} // codes of whoever asks to be shown a credential
	return append(shown, "POST /track", "POST /signin", "POST /signin/code", "POST /staff/signin", "POST /staff/signin/code", "POST /me/family/enter", "POST /signin/passkey", "POST /staff/signin/passkey", "POST /passkeys/options", "POST /prove", "POST /signin/paper", "POST /staff/setup", "POST /me/phone", "POST /me/phone/code")
}

// sendsCode is the form that has a code sent to a phone, which costs money and
// somebody's peace. A phone gets ten a day, wherever they are asked for.
const sendsCode = "POST /signin"

// perDay is how many codes one address may ask for in a day: one address may
// be a whole quarter behind its provider.
func perDay() web.Rate { return web.Rate{PerSecond: 200.0 / (24 * 60 * 60), Burst: 200} }

// perAddress lets an office behind one address work and a guesser wait.
func perAddress() web.Rate { return web.Rate{PerSecond: 0.5, Burst: 30} }

// perNumber is what one request's number can be tried with, from anywhere.
func perNumber() web.Rate { return web.Rate{PerSecond: 1.0 / 60, Burst: 8} }

// number is the request number in a form, however it was typed, or nothing. It
// reads the form as the page does: what the page takes is what is counted.
func (a *App) number(r *http.Request) string {
	var f struct {
		Number string `form:"number" max:"40"`
	}
	if err := web.Decode(r, &f); err != nil {
		return "" // the page says what is wrong with it
	}
	n, err := request.ParseNumber(a.City.Loop.NumberPrefix, f.Number)
	if err != nil {
		return ""
	}
	return n
}

func citizenRoutes(r *citizen.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /{$}": r.Home, "GET /search": r.Search, "GET /public": r.Public, "GET /public/{number}": r.PublicOne,
		"GET /report": r.ReportStart, "POST /report": r.Report, "POST /report/suggest": r.ReportSuggest,
		"GET /report/areas": r.ReportAreas, "GET /report/done/{number}": r.ReportDone,
		"GET /photos/{key}": r.Photo, "GET /photos/{key}/thumb": r.PhotoThumb,
		"GET /track": r.TrackStart, "POST /track": r.Track,
		"GET /my": r.My, "GET /mine": r.Mine, "GET /mine/{id}": r.MineOne, "GET /mine/{id}/words": r.MineWords,
		"GET /mine/{id}/looks": r.MineLooks(), "GET /mine/{id}/looks/{look}/receipt": r.MineReceipt(),
		"GET /mine/{id}/looks/{look}/object": r.MineObjectForm(), "POST /mine/{id}/looks/{look}/object": r.MineObject(),
		"GET /mine/{id}/files/{key}": r.MineFile,
		"POST /mine/{id}/confirm":    r.MineConfirm, "POST /mine/{id}/contest": r.MineContest,
		"POST /mine/{id}/rate": r.MineRate, "POST /mine/{id}/consent": r.MineConsent,
		"GET /signin": r.SignInStart, "POST /signin": r.SignIn, "GET /signin/code": r.SignInCodeStart,
		"POST /signin/code": r.SignInCode, "POST /signin/passkey": r.SignInPasskey, "GET /signin/passkey": r.SignInCodeStart,
		"GET /me/consents": r.Consents, "POST /me/consents/{purpose}": r.SayConsent, "GET /me/consents/{id}": r.ConsentReceipt, "GET /me/consents/{id}/receipt": r.ConsentFile, "GET /me/consents/{id}/proof/{row}": r.ConsentProof,
		"GET /me": r.Me, "GET /me/data": r.MyData, "GET /me/erase": r.EraseForm, "POST /me/erase": r.Erase,
		"GET /erasure/{token}": r.Erasure, "GET /erasure/{token}/proof": r.ErasureProof, "GET /me/looks": r.MyLooks(), "GET /me/looks/{look}/receipt": r.MyReceipt(),
		"GET /me/looks/{look}/object": r.MyObjectForm(), "POST /me/looks/{look}/object": r.MyObject(),
		"POST /me/sessions/{id}/end": r.MeEndSession,
		"GET /messages":              r.Messages, "POST /messages/read": r.MessagesRead,
	}
}

// proofRoutes are the ways in which citizens prove who they are; the question to a passkey is everybody's.
func proofRoutes(r *proof.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"POST /passkeys/options": r.Options, "POST /prove": r.Prove, "GET /prove": r.ProveStart,
		"GET /me/passkeys": r.Passkeys, "GET /me/passkeys/new": r.NewPasskey, "POST /me/passkeys": r.AddPasskey, "POST /me/passkeys/{id}/remove": r.RemovePasskey,
		"GET /me/phone": r.PhoneForm, "POST /me/phone": r.Phone, "POST /me/phone/code": r.PhoneCode, "GET /me/phone/code": r.PhoneForm, "GET /me/sheet": r.Sheet, "POST /me/sheet": r.MakeSheet, "POST /me/sheet/end": r.EndSheet, "GET /signin/paper": r.PaperForm, "POST /signin/paper": r.SignInPaper,
	}
}

// staffProofRoutes are those of staff.
func staffProofRoutes(r *proof.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /account/passkeys": r.Passkeys, "GET /account/passkeys/new": r.NewPasskey, "POST /account/passkeys": r.AddPasskey, "POST /account/passkeys/{id}/remove": r.RemovePasskey,
		"GET /desk/recovery": r.Recovery, "POST /desk/recovery": r.FindForRecovery, "POST /desk/recovery/ask": r.AskRecovery, "POST /desk/recovery/{id}": r.DecideRecovery, "GET /desk/recovery/{id}": r.Recovery,
	}
}

// trustRoutes let anybody check the city.
func trustRoutes(r *trust.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /trail/checkpoint": r.Checkpoint, "GET /trail/key": r.Key, "GET /trail/restart": r.Restart, "GET /trail/tile/{tile...}": r.Tile, "GET /trail/verify": r.Verify, "GET /privacy": r.Privacy, "GET /privacy/purposes/{purpose}": r.Purpose,
		"POST /trail/witness/add-checkpoint": r.AddCheckpoint,
	}
}

// purposeRoutes are for those who answer for purposes, and for the centre that notes what people agree to.
func purposeRoutes(r *trust.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /desk/purposes": r.Purposes, "GET /desk/purposes/{purpose}": r.PurposeDesk,
		"POST /desk/purposes/{purpose}/assess": r.Assess, "POST /desk/purposes/{purpose}/approve": r.Approve,
		"GET /desk/delays": r.Delays, "POST /desk/delays": r.AskDelay, "POST /desk/delays/{delay}": r.DecideDelay,
		"GET /desk/grants": r.GrantList, "POST /desk/grants": r.Give, "POST /desk/grants/{grant}/end": r.EndGrant,
		"GET /desk/consents/{request}": r.Ask, "POST /desk/consents/{request}": r.Answer,
	}
}

// familyRoutes let people act for each other.
func familyRoutes(r *behalf.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /me/family": r.Family, "POST /me/family": r.Give, "GET /me/family/new": r.GiveForm, "GET /me/family/enter": r.EnterForm, "POST /me/family/enter": r.Enter,
		"GET /me/family/acting": r.Acting, "POST /me/family/leave": r.Leave, "GET /me/family/{id}": r.One,
		"POST /me/family/{id}/accept": r.Accept, "POST /me/family/{id}/end": r.End, "POST /me/family/{id}/act": r.Act,
	}
}

// mandateRoutes are for whoever serves people at a counter or on the phone.
func mandateRoutes(r *behalf.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /desk/mandates": r.Desk, "POST /desk/mandates": r.DeskSend, "GET /desk/mandates/{id}": r.DeskAct, "GET /desk/mandates/{id}/slip": r.Slip,
		"POST /desk/mandates/{id}/report": r.DeskReport, "POST /desk/mandates/{id}/laydown": r.DeskLayDown,
	}
}

// connectRoutes let apps of others sign citizens in (OpenID Connect).
func connectRoutes(r *connect.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /.well-known/openid-configuration": r.Discovery, "GET /oauth/keys": r.Keys,
		"GET /oauth/authorize": r.Authorize, "GET /oauth/consent": r.Consent, "POST /oauth/consent": r.Answer,
		"POST /oauth/token": r.Token, "POST /oauth/revoke": r.Revoke, "POST /oauth/introspect": r.Introspect,
		"GET /oauth/userinfo": r.UserInfo, "POST /oauth/userinfo": r.UserInfo,
		"GET /usage/v3/findUsage": r.FindUsage, "GET /usage/v3/heartbeat": r.Heartbeat,
		"GET /me/apps": r.Mine, "POST /me/apps/{id}/end": r.TakeBack,
	}
}

// levelRoutes are how surely the city knows a citizen, and signing in through an identity service of others.
func levelRoutes(r *level.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /me/level": r.Mine, "GET /me/level/{service}": r.ProveBy, "POST /me/level/{id}/end": r.End,
		"GET /signin/{service}": r.SignInBy, "GET /identity/{service}/back": r.Back,
	}
}

// walletRoutes are credentials as their holder has them, as anybody checks them, and what is public of their issuer.
func walletRoutes(r *wallet.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /.well-known/jwt-vc-issuer": r.Issuer, "GET /credentials/types/{kind}": r.Type, "GET /credentials/status/{list}": r.Status,
		"GET /me/credentials": r.Mine, "GET /me/credentials/{id}/device": r.Device, "POST /me/credentials/{id}/nonce": r.Nonce, "POST /me/credentials/{id}/claim": r.Claim, "POST /me/credentials/{id}/end": r.End,
		"GET /present": r.EnterForm, "POST /present": r.Enter, "GET /present/{code}": r.Present, "POST /present/{code}": r.Show,
		"GET /verify": r.Verify, "POST /verify": r.Begin, "POST /verify/paper": r.Paper, "GET /verify/{ask}": r.Asked, "POST /verify/{ask}": r.Answer,
	}
}

// credentialRoutes are for counters that give credentials, and for staff who ask to be shown them.
func credentialRoutes(r *wallet.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /desk/credentials": r.Give, "POST /desk/credentials": r.GiveSend, "POST /desk/credentials/{id}/sheet": r.Sheet,
		"GET /desk/verify": r.VerifyDesk, "POST /desk/verify": r.BeginDesk, "POST /desk/verify/paper": r.PaperDesk, "GET /desk/verify/{ask}": r.AskedDesk, "POST /desk/verify/{ask}": r.AnswerDesk,
	}
}

// surveyRoutes are surveys at the desk and on the phone of who asks.
func surveyRoutes(r *survey.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /desk/surveys": r.List, "GET /desk/surveys/new": r.ProposeForm, "POST /desk/surveys": r.Propose, "GET /desk/surveys/{id}": r.One,
		"GET /desk/surveys/{id}/people": r.People, "GET /desk/surveys/{id}/{act}": r.ActForm, "POST /desk/surveys/{id}/{act}": r.Act,
		"GET /rounds": r.Rounds, "GET /rounds/{id}": r.Walk, "GET /rounds/{id}/next": r.Next, "GET /rounds/{id}/new": r.NewForm, "POST /rounds/{id}/new": r.Add,
		"GET /rounds/{id}/people/{entry}": r.Entry, "POST /rounds/{id}/people/{entry}": r.Answer,
	}
}

// publicSurveyRoutes let anybody see which surveys there are, and what is left of those that ended.
func publicSurveyRoutes(r *survey.Room) map[string]web.Handler {
	return map[string]web.Handler{"GET /surveys": r.Public, "GET /surveys/{id}": r.PublicOne, "GET /surveys/{id}/proof": r.Proof}
}

// accountRoutes are the pages before a post is taken; signing out is one for
// everybody, and a shared browser forgets what it proved.
func accountRoutes(r *account.Room, forget http.HandlerFunc) map[string]web.Handler {
	signOut := func(w http.ResponseWriter, q *http.Request) error {
		forget(w, q)
		return r.SignOut(w, q)
	}
	return map[string]web.Handler{
		"GET /staff/signin": r.SignInForm, "POST /staff/signin": r.SignIn, "POST /staff/signin/code": r.SignInCode, "POST /staff/signin/passkey": r.SignInPasskey, "GET /staff/signin/passkey": r.SignInForm, "POST /signout": signOut, "GET /staff/setup": r.SetupForm, "POST /staff/setup": r.Setup,
		"GET /dev": r.DevLogins, "GET /dev/outbox": r.DevOutbox,
	}
}

func adminRoutes(r *account.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /account": r.Me, "POST /account/sessions/{id}/revoke": r.Revoke, "POST /account/sessions/others": r.RevokeOthers,
		"GET /account/posts": r.SeatForm, "POST /account/posts": r.TakeSeat,
		"GET /account/password": r.PasswordForm, "POST /account/password": r.Password,
		"GET /account/glass": r.GlassForm, "POST /account/glass": r.Glass,
		"GET /account/factor": r.FactorForm, "POST /account/factor": r.Enrol, "POST /account/factor/confirm": r.Confirm,
		"GET /admin/keys": r.KeyList, "POST /admin/keys": r.AddKey, "POST /admin/keys/{id}/revoke": r.RevokeKey,
		"GET /admin/apps": r.AppList, "POST /admin/apps": r.AddApp, "POST /admin/apps/{id}/end": r.EndApp,
		"GET /admin": r.StaffList, "GET /admin/failures": r.Failures,
		"POST /admin/failures/reactions/{id}": r.RetryReaction, "POST /admin/failures/messages/{id}": r.RetryMessage,
		"GET /admin/staff": r.StaffList, "GET /admin/staff/new": r.NewStaffForm, "POST /admin/staff": r.AddStaff,
		"GET /admin/staff/{id}": r.StaffPage, "POST /admin/staff/{id}/posts": r.AddPost, "POST /admin/staff/{id}/posts/{post}/end": r.EndPost,
		"POST /admin/staff/{id}/leave": r.Leave, "POST /admin/staff/{id}/disabled": r.SetDisabled, "POST /admin/staff/{id}/password": r.ResetPassword,
	}
}

func hotlineRoutes(r *hotline.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /desk/call": r.Call, "POST /desk/call": r.CallSend, "POST /desk/suggest": r.Suggest,
		"GET /desk/queue": r.Queue, "GET /desk/changes": r.Changes, "GET /desk/rulings": r.Rulings,
		"GET /desk/followup": r.FollowUps, "GET /desk/contested": r.Contested,
		"GET /desk/cases": r.CaseList, "GET /desk/cases/{id}": r.Case,
		"POST /desk/cases/{id}/phone": r.Phone, "POST /desk/cases/{id}/{act}": r.Act, "GET /desk/photos/{key}": r.Photo,
	}
}

func frontlineRoutes(r *frontline.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /work": r.Work, "GET /work/orders/{id}": r.Order, "GET /work/orders/{id}/{act}": r.OrderForm,
		"POST /work/orders/{id}/sign": r.Sign, "POST /work/orders/{id}/assign": r.Assign, "POST /work/orders/{id}/respond": r.Respond,
		"POST /work/orders/{id}/ask": r.Ask, "POST /work/orders/{id}/reply": r.Reply, "POST /work/orders/{id}/report": r.Report,
		"POST /work/orders/{id}/checkin": r.CheckIn, "POST /work/orders/{id}/assist": r.Assist,
		"POST /work/orders/{id}/contact": r.Contact, "GET /work/files/{case}/{key}": r.File,
		"GET /calls": r.Calls, "GET /cases/{id}": r.Case, "GET /cases/{id}/call": r.CallForm, "POST /cases/{id}/call": r.Call,
		"POST /cases/{id}/score": r.Score, "POST /cases/{id}/end": r.EndCall,
		"GET /patrol": r.Patrol, "POST /patrol": r.Found, "GET /patrol/{id}": r.PatrolDone,
		"GET /oversight": r.Oversight, "GET /oversight/{id}/answer": r.AnswerForm, "POST /oversight/{id}/answer": r.Answer,
		"GET /oversight/appeal": r.AppealForm, "POST /oversight/appeal": r.Appeal,
	}
}

func brainRoutes(r *brain.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /brain": r.Screen, "GET /brain/districts/{code}": r.District, "GET /brain/cases": r.List,
		"GET /rates": r.Rates, "GET /rates/{unit}": r.UnitRates,
		"GET /supervise": r.Oversight, "GET /supervise/issue": r.IssueForm, "POST /supervise/issue": r.Issue,
		"GET /supervise/appeals/{id}": r.AppealPage, "POST /supervise/appeals/{id}": r.DecideAppeal,
		"GET /supervise/looks": r.Alarms, "POST /supervise/looks": r.ReviewAlarm, "GET /supervise/leaks": r.Leaks, "POST /supervise/leaks": r.Trace,
		"GET /supervise/lists": r.Copies, "POST /supervise/lists": r.MakeCopy,
		"GET /rectifications": r.ToJudge, "GET /rectifications/{id}": r.JudgePage, "POST /rectifications/{id}": r.Judge,
		"GET /rectify": r.ToFix, "GET /rectify/{id}": r.FixPage, "POST /rectify/{id}": r.Fix,
	}
}

// shapes is the pack's schematic map, for choosing a place.
func (a *App) shapes(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/geo+json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := w.Write(a.City.Map)
	return err
}
