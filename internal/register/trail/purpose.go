package trail

// Purposes of reading, as message keys: the person reads them on the page "who looked at my data".
const (
	ForIntake    = "trail.purpose.intake"    // taking the request in
	ForDispatch  = "trail.purpose.dispatch"  // deciding whose matter it is
	ForHandling  = "trail.purpose.handling"  // working on the order
	ForCall      = "trail.purpose.call"      // a subdistrict calling units to the place
	ForFollowUp  = "trail.purpose.followup"  // asking whether it is solved
	ForRuling    = "trail.purpose.ruling"    // deciding a dispute
	ForOversight = "trail.purpose.oversight" // overseeing the case
	ForNotice    = "trail.purpose.notice"    // sending the person a message
	ForOwn       = "trail.purpose.own"       // the person's own look
	ForList      = "trail.purpose.list"      // masked name and phone in a list of work
	ForCopy      = "trail.purpose.copy"      // masked name and phone in a list that was made for one recipient
	ForTransfer  = "trail.purpose.transfer"  // handing the matter over to the police
	ForIndex     = "trail.purpose.index"     // the program making the words searchable or classifying them
	ForErasure   = "trail.purpose.erasure"   // the program forgetting the person, on their own wish
	ForSignOn    = "trail.purpose.signon"    // handing over to an app of others what the person allowed it
	ForSurvey    = "trail.purpose.survey"    // a survey that was approved and has an end
	ForSurveyEnd = "trail.purpose.surveyend" // the program destroying what a survey had gathered

	ForConsent    = "trail.purpose.consent"    // noting that the person agrees
	ForWithdrawal = "trail.purpose.withdrawal" // noting that the person takes it back
	ForRecovery   = "trail.purpose.recovery"   // giving the person their account back at a counter
	ForCheck      = "trail.purpose.check"      // checking at a counter who the person is
	ForMandate    = "trail.purpose.mandate"    // acting for the person, or writing down who may
	ForCredential = "trail.purpose.credential" // stating something about the person at a counter, or printing or ending it
)

// Names of the fields read.
const (
	Name    = "name"
	Phone   = "phone"
	Email   = "email"
	WeChat  = "wechat"
	Words   = "words"
	Address = "address"
	Photos  = "photos"
	Answers = "answers" // what was answered in a survey
	Masked  = "masked"  // name and phone with their middle hidden
	Agreed  = "agreed"  // what the person agreed to

	Matters  = "matters"  // what the person has under way, without their words
	Messages = "messages" // what the city wrote to them
	Looks    = "looks"    // who looked at them
	Facts    = "facts"    // what was stated in credentials
)

// Purposes lists every purpose.
func Purposes() []string {
	return []string{ForIntake, ForDispatch, ForHandling, ForCall, ForFollowUp, ForRuling, ForOversight, ForNotice, ForOwn, ForList, ForTransfer, ForIndex, ForErasure, ForSignOn, ForSurvey, ForSurveyEnd,
		ForConsent, ForWithdrawal, ForMandate, ForCredential, ForRecovery, ForCheck, ForCopy}
}

// Fields lists every field.
func Fields() []string {
	return []string{Name, Phone, Email, WeChat, Words, Address, Photos, Answers, Masked, Agreed, Looks, Matters, Messages, Facts}
}
