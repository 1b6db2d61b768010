package access

// Actions. The part before the dot is the group a policy may name as a whole.
const (
	RequestReceive = "request.receive" // take in what somebody says
	RequestRead    = "request.read"    // read a requester's own words and address
	RequestConsent = "request.consent" // give or withdraw the consent to publish
	PersonContact  = "person.contact"  // see a name and phone

	CaseRead     = "case.read"
	CaseList     = "case.list" // the resource describes the list: its area, unit or owner
	CaseAnswer   = "case.answer"
	CaseDecline  = "case.decline"
	CaseDispatch = "case.dispatch"
	CaseMerge    = "case.merge" // also taking out again
	CasePublish  = "case.publish"
	CaseClose    = "case.close"
	CaseRework   = "case.rework" // send a contested case back to its lead
	CaseDirect   = "case.direct" // decide a case that was contested too often
	CaseContest  = "case.contest"
	CaseConfirm  = "case.confirm"

	OrderSign     = "order.sign"
	OrderReturn   = "order.return"
	OrderReassign = "order.reassign"
	OrderReply    = "order.reply"
	OrderOverrule = "order.overrule" // take a helper out so that the lead can reply
	OrderAssist   = "order.assist"   // ask another unit to assist, or report as one

	CallOpen    = "call.open"
	CallCheckIn = "call.checkin"
	CallResult  = "call.result"
	CallScore   = "call.score"

	ChangeAsk    = "change.ask"
	ChangeDecide = "change.decide"
	DisputeRule  = "dispute.rule"
	FollowUpDo   = "followup.do"
	RateGive     = "rate.give"

	OverseeIssue  = "oversee.issue"
	OverseeAppeal = "oversee.appeal"
	OverseeDecide = "oversee.decide"

	ReportRead = "report.read"
	BrainRead  = "brain.read"
	TrailOwn   = "trail.own"   // read who looked at oneself
	TrailRead  = "trail.read"  // read what a member of staff looked at
	TrailDelay = "trail.delay" // have looks told to the people concerned later, decide on that, end it; the resource has the unit's area
	LeakTrace  = "leak.trace"  // find out whose screen a list came from

	SurveyPropose  = "survey.propose"
	SurveyApprove  = "survey.approve"  // or refuse, or give it more time
	SurveyAssign   = "survey.assign"   // say who asks whom
	SurveyAnswer   = "survey.answer"   // see whom one was sent to, and enter what they answer; the resource has the asker's unit
	SurveyRead     = "survey.read"     // see how far it is, and its people masked
	SurveyEnd      = "survey.end"      // before its date
	ConsentGive    = "consent.give"    // agree to a purpose, or take it back
	ConsentRead    = "consent.read"    // read the assessments of purposes
	ConsentAssess  = "consent.assess"  // write the assessment of a purpose
	ConsentApprove = "consent.approve" // put an assessment into force
	AssureCheck    = "assure.check"    // note that a document was seen of a person who was there
	AssureEnd      = "assure.end"      // have a proof of who somebody is count no more
	GrantGive      = "grant.give"      // let a unit or another system read personal data beside what its post reads; the resource has their area
	GrantEnd       = "grant.end"
	GrantRead      = "grant.read"   // see who was given leave
	MandateNote    = "mandate.note" // write down what somebody at the counter or on the phone allows another, and end it
	MandateAct     = "mandate.act"  // use what somebody allowed the own unit or oneself

	CredentialIssue = "credential.issue" // state facts about somebody at the counter, and print what was stated; the resource has the post's area
	CredentialEnd   = "credential.end"   // take back what was stated
	CredentialAsk   = "credential.ask"   // ask for the own unit to be shown a credential
	AccountRecover  = "account.recover"  // give somebody who stands at the counter their account back

	AdminStaff = "admin.staff" // accounts and posts
	AdminPack  = "admin.pack"
	AdminWork  = "admin.work" // failed reactions and messages
)

// Actions lists every action a policy may name.
func Actions() []string {
	return []string{
		RequestReceive, RequestRead, RequestConsent, PersonContact,
		CaseRead, CaseList, CaseAnswer, CaseDecline, CaseDispatch, CaseMerge, CasePublish, CaseClose, CaseRework, CaseDirect, CaseContest, CaseConfirm,
		OrderSign, OrderReturn, OrderReassign, OrderReply, OrderAssist, OrderOverrule,
		CallOpen, CallCheckIn, CallResult, CallScore,
		ChangeAsk, ChangeDecide, DisputeRule, FollowUpDo, RateGive,
		OverseeIssue, OverseeAppeal, OverseeDecide,
		ReportRead, BrainRead, TrailOwn, TrailRead, TrailDelay, LeakTrace,
		SurveyPropose, SurveyApprove, SurveyAssign, SurveyAnswer, SurveyRead, SurveyEnd,
		ConsentGive, ConsentRead, ConsentAssess, ConsentApprove,
		AssureCheck, AssureEnd,
		GrantGive, GrantEnd, GrantRead,
		MandateNote, MandateAct,
		CredentialIssue, CredentialEnd, CredentialAsk,
		AccountRecover,
		AdminStaff, AdminPack, AdminWork,
	}
}
