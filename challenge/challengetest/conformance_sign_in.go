package challengetest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
)

// An examination is what is known of one challenge. Where it comes from is said
// with the pool's own part of that challenge.
type examination struct {
	must []string // ChallengeParameters that there are
	may  []string // those that there can be besides; any, if nil

	// look examines the parameters' values. May be nil.
	look func(*conversation)

	// answer returns a right or a wrong answer, but for USERNAME, SECRET_HASH
	// and DEVICE_KEY. It returns nil if there is no wrong one of which it is
	// known what the service says.
	answer func(c *conversation, right bool) (map[string]string, error)

	refusals []*failure // of a wrong answer
	lasts    bool       // the Session is known to be good after that
	repeats  bool       // a wrong answer may also lead to the challenge once more

	// spent are the refusals of a second answer with one Session. If there are
	// none, it is not known what becomes of the Session, or whether there is one.
	spent []*failure
}

var (
	toUser     = []string{"USER_ID_FOR_SRP"}
	onlyOnce   = []*failure{sessionSpent}
	codeParams = []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION"}
)

// examinations are all of them. A function, as they use each other.
func examinations() map[types.ChallengeNameType]examination {
	return map[types.ChallengeNameType]examination{
		types.ChallengeNameTypePasswordVerifier: {
			must: []string{"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}, may: []string{},
			look: (*conversation).lookAtProof, answer: (*conversation).prove,
			refusals: []*failure{badCredentials},
		},
		types.ChallengeNameTypeNewPasswordRequired: {
			must: []string{"requiredAttributes", "userAttributes"}, may: toUser,
			look: (*conversation).lookAtAttributes, answer: (*conversation).changePassword,
			refusals: []*failure{passwordTooShort}, lasts: true, spent: onlyOnce,
		},
		// Whether the Session of SMS_MFA and SOFTWARE_TOKEN_MFA lasts is unsure.
		types.ChallengeNameTypeSmsMfa: {
			must: codeParams, may: toUser, look: (*conversation).lookAtDelivery, answer: answerBy("SMS_MFA_CODE", altered),
			refusals: []*failure{badMessageCode}, spent: onlyOnce,
		},
		types.ChallengeNameTypeEmailOtp: {
			must: codeParams, may: toUser, look: (*conversation).lookAtDelivery, answer: answerBy("EMAIL_OTP_CODE", altered),
			refusals: []*failure{badMessageCode}, lasts: true, spent: onlyOnce,
		},
		types.ChallengeNameTypeSmsOtp: {
			must: codeParams, may: []string{}, look: (*conversation).lookAtDelivery, answer: answerBy("SMS_OTP_CODE", altered),
			refusals: []*failure{badMessageCode}, lasts: true, spent: onlyOnce,
		},
		types.ChallengeNameTypeSoftwareTokenMfa: {
			may: []string{"USER_ID_FOR_SRP", "FRIENDLY_DEVICE_NAME"}, answer: (*conversation).showToken,
			refusals: []*failure{badTokenCode}, spent: onlyOnce,
		},
		types.ChallengeNameTypeSelectMfaType: {
			must: []string{"MFAS_CAN_CHOOSE"}, may: toUser,
			look: (*conversation).lookAtFactors, answer: (*conversation).selectFactor, spent: onlyOnce,
		},
		types.ChallengeNameTypeMfaSetup: {
			must: []string{"MFAS_CAN_SETUP"}, may: toUser,
			look: (*conversation).lookAtSetup, answer: (*conversation).enrol, spent: onlyOnce,
		},
		types.ChallengeNameTypeCustomChallenge: {
			must: []string{"USERNAME"}, answer: answerBy("ANSWER", func(s string) string { return s + "?" }),
			refusals: []*failure{badCredentials}, repeats: true, spent: []*failure{sessionSpent, sessionInvalid},
		},
		types.ChallengeNameTypeSelectChallenge: {
			may: []string{}, answer: (*conversation).selectFirst,
			refusals: []*failure{notAuthorized("")}, spent: onlyOnce,
		},
		// Which of the declared errors a wrong assertion gets is not known; no
		// others are left.
		types.ChallengeNameTypeWebAuthn: {
			must: []string{"CREDENTIAL_REQUEST_OPTIONS"}, may: []string{},
			look: (*conversation).lookAtOptions, answer: (*conversation).showPasskey,
			refusals: []*failure{notAuthorized(""), invalidParameter("")}, spent: onlyOnce,
		},
		types.ChallengeNameTypeDeviceSrpAuth: {answer: (*conversation).beginDevice},
		types.ChallengeNameTypeDevicePasswordVerifier: {
			must: []string{"SALT", "SECRET_BLOCK", "SRP_B"}, answer: (*conversation).prove,
			refusals: []*failure{badCredentials},
		},
	}
}

// validate returns what is missing for the sign-ins that are described.
func (e *examiner) validate() error {
	var problems []error
	problem := func(format string, a ...any) { problems = append(problems, fmt.Errorf("challengetest: "+format, a...)) }
	if e.MFA != "" && !slices.Contains(e.MFA.Values(), e.MFA) {
		problem("mfa: expected OFF, OPTIONAL or ON, got %q", e.MFA)
	}
	if e.Username != "" && e.Password.IsZero() {
		problem("password: missing")
	}
	locked := e.LockedOut.Username
	if locked != "" && e.LockedOut.Password.IsZero() {
		problem("locked_out.password: missing")
	}
	elsewhere := locked == e.Username
	known := []types.AuthFlowType{
		types.AuthFlowTypeUserPasswordAuth, types.AuthFlowTypeUserSrpAuth, types.AuthFlowTypeAdminUserPasswordAuth,
		types.AuthFlowTypeCustomAuth, types.AuthFlowTypeUserAuth,
	}
	for _, flow := range slices.Sorted(maps.Keys(e.SignIns)) {
		if !slices.Contains(known, flow) {
			problem("sign_ins: expected one of %s, got %q", known, flow)
			continue
		}
		for i, user := range e.SignIns[flow] {
			where := fmt.Sprintf("sign_ins[%s][%d]", flow, i)
			if user.Username == "" {
				problem("%s.username: missing", where)
			}
			elsewhere = elsewhere || user.Username == locked
			if user.Password.IsZero() && flow != types.AuthFlowTypeCustomAuth && flow != types.AuthFlowTypeUserAuth {
				problem("%s.password: missing", where)
			}
			starts := e.starts(flow, user)
			if len(starts) == 0 {
				problem("%s: the user has none of the first factors", where)
			}
			for _, first := range starts {
				for _, name := range e.path(flow, user, first) {
					switch _, ok := examinations()[name]; {
					case !ok, name == types.ChallengeNameTypeWebAuthn && name != first:
						problem("%s.mfa: expected SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP, got %q", where, name)
					case name == types.ChallengeNameTypeNewPasswordRequired && e.NewPassword.IsZero():
						problem("new_password: missing for %s", where)
					case name == types.ChallengeNameTypeSoftwareTokenMfa && user.TOTPSecret.IsZero():
						problem("%s.totp_secret: missing", where)
					case slices.Contains(asked, name) && e.Answer == nil:
						problem("answer: missing for %s", where)
					}
				}
			}
		}
	}
	if locked != "" && elsewhere {
		problem("locked_out.username: %q signs in elsewhere", locked)
	}
	return errors.Join(problems...)
}

// asked are the challenges to which Conformance.Answer gives the answer.
var asked = []types.ChallengeNameType{
	types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSmsOtp, types.ChallengeNameTypeCustomChallenge,
}

// user returns the user as the pool has it, to be asked about it.
func (u User) user() *user {
	return &user{attributes: u.Attributes, password: u.Password.Reveal(), temporary: u.Temporary, factors: u.MFA, preferred: u.PreferredMFA}
}

// starts returns what a user's sign-ins by a flow can begin with: the choices
// of USER_AUTH, and nothing in particular in the others. A passkey is registered
// by who has the password.
func (e *examiner) starts(flow types.AuthFlowType, u User) []types.ChallengeNameType {
	if flow != types.AuthFlowTypeUserAuth {
		return []types.ChallengeNameType{""}
	}
	in := u.user()
	starts := e.described.available(in)
	if e.Origin != "" && slices.Contains(starts, types.ChallengeNameTypePassword) {
		in.passkeys = []*registeredPasskey{{}}
		starts = e.described.available(in)
	}
	return starts
}

// path returns the challenges that a user must be asked.
func (e *examiner) path(flow types.AuthFlowType, u User, first types.ChallengeNameType) []types.ChallengeNameType {
	var path []types.ChallengeNameType
	switch flow {
	case types.AuthFlowTypeUserSrpAuth:
		path = append(path, types.ChallengeNameTypePasswordVerifier)
	case types.AuthFlowTypeCustomAuth:
		if !u.Password.IsZero() {
			path = append(path, types.ChallengeNameTypePasswordVerifier)
		}
		return append(path, types.ChallengeNameTypeCustomChallenge) // more is up to the triggers
	case types.AuthFlowTypeUserAuth:
		path = append(path, types.ChallengeNameTypeSelectChallenge)
		switch first {
		case types.ChallengeNameTypePassword:
		case types.ChallengeNameTypePasswordSrp:
			path = append(path, types.ChallengeNameTypePasswordVerifier)
		default:
			return append(path, first) // no second factor (developer guide)
		}
	}
	if u.Temporary {
		path = append(path, types.ChallengeNameTypeNewPasswordRequired)
	}
	if factor := e.described.secondFactor(u.user()); factor != "" {
		path = append(path, factor)
		switch {
		case factor == types.ChallengeNameTypeSelectMfaType:
			path = append(path, u.MFA[0])
		case factor == types.ChallengeNameTypeMfaSetup && e.NewEmails[u.Username] != "":
			path = append(path, types.ChallengeNameTypeEmailOtp)
		}
	}
	return path
}

// signIn examines all sign-ins of a user by a flow.
func (e *examiner) signIn(flow types.AuthFlowType, u User) {
	c := e.begin(flow, u)
	for _, c.first = range e.starts(flow, u) {
		path := e.path(flow, c.user, c.first)
		if c.first == types.ChallengeNameTypeWebAuthn && !c.registerPasskey() {
			continue
		}
		if flow == types.AuthFlowTypeUserAuth {
			c.prefer(path[1:]...)
		}
		got := c.examine(path...)
		if c.first == types.ChallengeNameTypeWebAuthn {
			c.deletePasskey()
		}
		if got == nil {
			continue
		}
		if c.code != "" {
			c.repeatCode()
		}
		if e.DeviceConfiguration != nil && c.byPassword() && e.described.secondFactor(c.user.user()) != "" {
			c.remember(got.result)
		}
	}
}

// A conversation is one user's sign-in by a flow, as often as it is started.
type conversation struct {
	*examiner
	flow  types.AuthFlowType
	user  User                    // as described, and as changed since
	alias string                  // to begin with, if not by the user name
	first types.ChallengeNameType // the first factor of USER_AUTH

	preferred bool        // first is named at the start
	srp       *srp.Client // of this time
	at        *outcome
	code      string // the newest right one of the authenticator app
	codeStep  int64  // of code
	device    *namedDevice

	passkey     *Passkey
	accessToken *string // that registered it
}

// A namedDevice is one that a sign-in named and that was confirmed.
type namedDevice struct {
	key, group string
	password   challenge.Secret
}

func (e *examiner) begin(flow types.AuthFlowType, u User) *conversation {
	return &conversation{examiner: e, flow: flow, user: u}
}

func (c *conversation) say(what string) {
	c.what = fmt.Sprintf("%s of %s: %s", c.flow, c.typed(), what)
}

// typed returns what the user signs in by.
func (c *conversation) typed() string { return cmp.Or(c.alias, c.user.Username) }

// byAdmin reports whether the flow is that of the admin API.
func (c *conversation) byAdmin() bool { return c.flow == types.AuthFlowTypeAdminUserPasswordAuth }

// sendsPassword reports whether the flow starts with the password itself.
func (c *conversation) sendsPassword() bool {
	return c.byAdmin() || c.flow == types.AuthFlowTypeUserPasswordAuth
}

// byPassword reports whether the flow is one of the two for a password by the
// public API.
func (c *conversation) byPassword() bool {
	return c.flow == types.AuthFlowTypeUserPasswordAuth || c.flow == types.AuthFlowTypeUserSrpAuth
}

// initiate starts the flow.
func (c *conversation) initiate() (*outcome, error) {
	c.srp = srp.NewClient()
	params := map[string]string{"USERNAME": c.typed()}
	switch c.flow {
	case types.AuthFlowTypeUserPasswordAuth, types.AuthFlowTypeAdminUserPasswordAuth:
		params["PASSWORD"] = c.user.Password.Reveal()
	case types.AuthFlowTypeUserSrpAuth:
		params["SRP_A"] = c.srp.A()
	case types.AuthFlowTypeCustomAuth:
		if !c.user.Password.IsZero() {
			params["CHALLENGE_NAME"], params["SRP_A"] = challengeSRPA, c.srp.A()
		}
	case types.AuthFlowTypeUserAuth:
		if c.preferred {
			params["PREFERRED_CHALLENGE"] = string(c.first)
			c.addFirst(params, c.user.Password)
		}
	}
	if c.device != nil {
		params["DEVICE_KEY"] = c.device.key
	}
	send := c.examiner.initiate
	if c.byAdmin() {
		send = c.adminInitiate
	}
	return send(c.flow, c.signed(params, c.typed()))
}

// addFirst adds to the choice of a first factor what goes with it.
func (c *conversation) addFirst(params map[string]string, password challenge.Secret) {
	switch c.first {
	case types.ChallengeNameTypePassword:
		params["PASSWORD"] = password.Reveal()
	case types.ChallengeNameTypePasswordSrp:
		params["SRP_A"] = c.srp.A()
	}
}

// start starts the flow, anew if need be, and reports whether that is possible.
func (c *conversation) start() bool {
	at, err := c.initiate()
	c.at = at
	return c.succeeded(err)
}

// answer returns a right or wrong answer, or nil. What keeps it from being made
// is a difference.
func (c *conversation) answer(right bool) (responses map[string]string, ok bool) {
	x, ok := examinations()[c.at.name]
	if !ok {
		c.differ("%q is not on the way", c.at.name)
		return nil, false
	}
	responses, err := x.answer(c, right)
	if err != nil {
		c.differ("%v", err) // none of these tells what is answered
	}
	return responses, err == nil
}

// reply sends an answer.
func (c *conversation) reply(responses map[string]string) (*outcome, error) {
	return c.replyWith(c.at.session, responses)
}

func (c *conversation) replyWith(session *string, responses map[string]string) (*outcome, error) {
	all := c.signed(map[string]string{"USERNAME": c.user.Username}, c.user.Username)
	if c.device != nil {
		all["DEVICE_KEY"] = c.device.key
	}
	maps.Copy(all, responses)
	send := c.respond
	if c.byAdmin() {
		send = c.adminRespond
	}
	return send(c.at.name, session, all)
}

// advance answers rightly, and reports whether that leads on.
func (c *conversation) advance() bool {
	responses, ok := c.answer(true)
	if !ok {
		return false
	}
	next, err := c.reply(responses)
	if !c.succeeded(err) {
		return false
	}
	c.at = next
	return true
}

// examine goes through a sign-in and looks at each challenge on its path, at
// what a wrong answer leads to, and at the tokens in the end. Nil is returned
// if it doesn't come so far.
func (c *conversation) examine(path ...types.ChallengeNameType) *identity {
	c.say("start")
	if !c.start() {
		return nil
	}
	for _, name := range path {
		x := examinations()[name]
		c.say(string(name))
		if !c.asks(name) || !c.answerWrongly(x) {
			return nil
		}
		responses, ok := c.answer(true)
		if !ok {
			return nil
		}
		if x.spent != nil {
			c.say(string(name) + " without a Session")
			_, err := c.replyWith(nil, responses)
			c.refused(err, missingParameter("Session"))
		}
		c.say(string(name))
		if x.lasts {
			c.say(string(name) + " with the same Session")
		}
		next, err := c.reply(responses)
		if !c.succeeded(err) {
			return nil
		}
		if x.spent != nil {
			c.say(string(name) + " once more")
			_, err = c.reply(responses)
			c.refused(err, x.spent...)
		}
		if name == types.ChallengeNameTypeNewPasswordRequired {
			if c.sendsPassword() {
				c.say("a temporary password that was changed")
				_, err = c.initiate()
				c.refused(err, badCredentials)
			}
			c.user.Password, c.user.Temporary = c.NewPassword, false
		}
		c.at = next
	}
	c.say("end")
	return c.ends(path)
}

// answerWrongly answers wrongly, if that is known to be refused in a certain
// way, and reports whether the challenge is there again.
func (c *conversation) answerWrongly(x examination) bool {
	name, session := c.at.name, c.at.session
	wrong, ok := c.answer(false)
	if !ok || wrong == nil {
		return ok
	}
	c.say(string(name) + " wrongly")
	next, err := c.reply(wrong)
	if x.repeats && err == nil {
		c.at = next
		if !c.asks(name) {
			return false
		}
		c.that(aws.ToString(next.session) != aws.ToString(session), "the Session is the same")
		_, err = c.replyWith(session, wrong)
		c.refused(err, x.spent...)
		return true
	}
	c.refused(err, x.refusals...)
	c.say(string(name) + " after a wrong answer")
	return x.lasts || c.again(name)
}

// maxChallenges is more than any sign-in asks.
const maxChallenges = 8

// again starts anew and answers rightly until the challenge is there.
func (c *conversation) again(name types.ChallengeNameType) bool {
	if !c.start() {
		return false
	}
	for range maxChallenges {
		if c.at.name == name {
			return true
		}
		if !c.advance() {
			return false
		}
	}
	c.differ("%s is not asked again", name)
	return false
}

// asks examines a challenge, and reports whether it is the one that is
// expected.
func (c *conversation) asks(name types.ChallengeNameType) bool {
	if !c.want("ChallengeName", name, c.at.name) {
		return false
	}
	c.that(c.at.result == nil, "there is an AuthenticationResult")
	c.available()
	x, size := examinations()[name], len(aws.ToString(c.at.session))
	switch {
	case c.flow == types.AuthFlowTypeUserSrpAuth && name == types.ChallengeNameTypePasswordVerifier:
		c.that(c.at.session == nil, "there is a Session")
	case x.spent != nil || size > 0:
		c.that(size >= 20 && size <= 2048, fmt.Sprintf("a Session of %d characters", size))
	}
	params := c.at.params
	for _, key := range x.must {
		_, ok := params[key]
		c.that(ok, "ChallengeParameters lack "+key)
	}
	for key := range params {
		c.that(x.may == nil || slices.Contains(x.must, key) || slices.Contains(x.may, key), "ChallengeParameters have "+key)
	}
	for _, key := range []string{"USERNAME", "USER_ID_FOR_SRP"} {
		if got, ok := params[key]; ok {
			c.want(key, c.user.Username, got)
		}
	}
	c.lookAtName(name)
	if x.look != nil {
		x.look(c)
	}
	return true
}

// available examines AvailableChallenges: in USER_AUTH they come with
// SELECT_CHALLENGE and with the code of a first factor (seen live, both).
func (c *conversation) available() {
	if c.flow != types.AuthFlowTypeUserAuth {
		c.want("AvailableChallenges", "[]", c.at.available)
		return
	}
	switch c.at.name {
	case types.ChallengeNameTypeSelectChallenge, types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSmsOtp:
		c.that(!c.at.first || slices.Contains(c.at.available, c.first), "AvailableChallenges lack "+string(c.first))
	}
}

// lookAtName examines whether USER_ID_FOR_SRP is there: with the first
// challenge out of a password flow (aws-amplify/amplify-js#6461, and captured),
// and not with the first factor of USER_AUTH (seen live for EMAIL_OTP).
func (c *conversation) lookAtName(name types.ChallengeNameType) {
	_, ok := c.at.params["USER_ID_FOR_SRP"]
	switch {
	case c.flow == types.AuthFlowTypeUserAuth && name == types.ChallengeNameTypeEmailOtp && name == c.first:
		c.that(!ok, "ChallengeParameters have USER_ID_FOR_SRP")
	case c.sendsPassword() && c.at.first &&
		(name == types.ChallengeNameTypeSmsMfa || name == types.ChallengeNameTypeNewPasswordRequired):
		c.that(ok, "ChallengeParameters lack USER_ID_FOR_SRP")
	}
}

// ends examines the end of a sign-in on this path.
func (c *conversation) ends(path []types.ChallengeNameType) *identity {
	c.end(c.at)
	c.available()
	got := c.tokens(c.at.result, c.at.requestID, c.user.Username)
	if got == nil {
		return nil
	}
	if c.device == nil && !c.byAdmin() { // of which there are contradictory documents
		c.that((got.result.NewDeviceMetadata != nil) == (c.DeviceConfiguration != nil), "a NewDeviceMetadata comes with a sign-in if and only if the pool tracks devices")
	}
	more := func(name types.ChallengeNameType) bool {
		return name != types.ChallengeNameTypePasswordVerifier && name != types.ChallengeNameTypeNewPasswordRequired
	}
	if c.byPassword() && c.DeviceConfiguration == nil && !slices.ContainsFunc(path, more) {
		c.onlyCaptured(got)
	}
	return got
}

// end examines the members that a reply with tokens has besides them.
func (e *examiner) end(at *outcome) {
	e.want("ChallengeName", "", at.name)
	e.that(at.params != nil && len(at.params) == 0, "ChallengeParameters are not there, or not empty")
	e.that(at.session == nil, "there is a Session")
}

// prefer examines what follows if a first factor is named at the start, to the
// end if nothing but a passkey is asked.
func (c *conversation) prefer(path ...types.ChallengeNameType) *identity {
	c.preferred = true
	defer func() { c.preferred = false }()
	c.say("PREFERRED_CHALLENGE " + string(c.first))
	switch {
	case !c.start():
	case len(path) == 0:
		return c.ends(path)
	case c.asks(path[0]) && path[0] == types.ChallengeNameTypeWebAuthn && c.advance():
		return c.ends(path)
	}
	return nil
}

// selectFirst answers SELECT_CHALLENGE. Of the choices only PASSWORD can be
// answered wrongly with it; what else that is told is unsure.
func (c *conversation) selectFirst(right bool) (map[string]string, error) {
	responses := map[string]string{"ANSWER": string(c.first)}
	if !right {
		if c.first != types.ChallengeNameTypePassword {
			return nil, nil
		}
		c.addFirst(responses, wrongPassword)
		return responses, nil
	}
	c.addFirst(responses, c.user.Password)
	return responses, nil
}

var (
	isSalt   = regexp.MustCompile(`^[0-9a-f]{1,32}$`)
	isPublic = regexp.MustCompile(`^[0-9a-f]{700,768}$`)
)

// lookAtProof examines a PASSWORD_VERIFIER. How a device's parameters are
// written was not captured.
func (c *conversation) lookAtProof() {
	params := c.at.params
	c.that(isSalt.MatchString(params["SALT"]), "SALT is not 32 digits of lower-case hex at most")
	c.that(isPublic.MatchString(params["SRP_B"]), "SRP_B is not about 768 digits of lower-case hex")
	block, err := base64.StdEncoding.DecodeString(params["SECRET_BLOCK"])
	c.that(err == nil && len(block) > 0, "SECRET_BLOCK is not standard base64")
}

// prove answers a PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER.
func (c *conversation) prove(right bool) (map[string]string, error) {
	params := c.at.params
	whose := srp.Challenge{Salt: params["SALT"], B: params["SRP_B"], SecretBlock: params["SECRET_BLOCK"]}
	var password challenge.Secret
	if c.at.name == types.ChallengeNameTypeDevicePasswordVerifier {
		if c.device == nil {
			return nil, errNoDevice
		}
		whose.Scope, whose.Identity, password = c.device.group, c.device.key, c.device.password
	} else {
		scope, err := srp.PoolName(c.UserPoolID)
		if err != nil {
			return nil, err
		}
		whose.Scope, whose.Identity, password = scope, params["USER_ID_FOR_SRP"], c.user.Password
	}
	if !right {
		password = wrongPassword
	}
	signature, timestamp, err := c.srp.Claim(whose, password.Reveal(), time.Now())
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": params["SECRET_BLOCK"], "PASSWORD_CLAIM_SIGNATURE": signature,
	}, nil
}

// list decodes a parameter that is a list in JSON.
func (c *conversation) list(key string) []string {
	var list []string
	c.that(json.Unmarshal([]byte(c.at.params[key]), &list) == nil && list != nil, key+" are no list in JSON")
	return list
}

func (c *conversation) lookAtAttributes() {
	for _, attribute := range c.list("requiredAttributes") {
		c.that(strings.HasPrefix(attribute, attributePrefix), "requiredAttributes lack their prefix")
	}
	var attributes map[string]string
	c.that(json.Unmarshal([]byte(c.at.params["userAttributes"]), &attributes) == nil && attributes != nil, "userAttributes are no object in JSON")
	_, ok := attributes["sub"]
	c.that(!ok, "userAttributes have sub")
}

// changePassword answers NEW_PASSWORD_REQUIRED, and gives each attribute that
// is required the same text as value.
func (c *conversation) changePassword(right bool) (map[string]string, error) {
	responses := map[string]string{"NEW_PASSWORD": "aA1!aA"}
	if right {
		responses["NEW_PASSWORD"] = c.NewPassword.Reveal()
	}
	for _, attribute := range c.user.RequiredAttributes {
		if c.user.Attributes[attribute] == "" {
			responses[attributePrefix+attribute] = "conformance"
		}
	}
	return responses, nil
}

var (
	isMaskedPhone = regexp.MustCompile(`^\+\*+\d{4}$`)
	isMaskedEmail = regexp.MustCompile(`^.\*\*\*@.\*\*\*$`)
)

// lookAtDelivery examines where a code was sent: +*******9088 in
// aws-amplify/amplify-js#6461, j***@g*** live.
func (c *conversation) lookAtDelivery() {
	medium, masked := "SMS", isMaskedPhone
	if c.at.name == types.ChallengeNameTypeEmailOtp {
		medium, masked = "EMAIL", isMaskedEmail
	}
	c.want("CODE_DELIVERY_DELIVERY_MEDIUM", medium, c.at.params["CODE_DELIVERY_DELIVERY_MEDIUM"])
	c.that(masked.MatchString(c.at.params["CODE_DELIVERY_DESTINATION"]), "CODE_DELIVERY_DESTINATION is not masked like "+masked.String())
}

// answerBy answers what Conformance.Answer says, or what spoil makes of it.
func answerBy(key string, spoil func(string) string) func(*conversation, bool) (map[string]string, error) {
	return func(c *conversation, right bool) (map[string]string, error) {
		if c.at.answer == "" {
			if c.Answer == nil {
				return nil, errNoAnswer
			}
			answer, err := c.Answer(c.ctx, c.user.Username, c.at.name, maps.Clone(c.at.params))
			if err != nil {
				return nil, fmt.Errorf("the function Answer: %w", err)
			}
			if c.at.answer = answer.Reveal(); c.at.answer == "" {
				return nil, errNoAnswer
			}
		}
		if !right {
			return map[string]string{key: spoil(c.at.answer)}, nil
		}
		return map[string]string{key: c.at.answer}, nil
	}
}

var errNoAnswer = errors.New("the function Answer has none")

// altered returns a code with another last digit.
func altered(code string) string {
	last := len(code) - 1
	if code[last] == '0' {
		return code[:last] + "1"
	}
	return code[:last] + "0"
}

// showToken answers SOFTWARE_TOKEN_MFA.
func (c *conversation) showToken(right bool) (map[string]string, error) {
	code, err := c.totp(right)
	return map[string]string{"SOFTWARE_TOKEN_MFA_CODE": code}, err
}

// totp returns a right code, or one that will be wrong for a while. If the right
// one was used already, it is the next, which is accepted early (developer
// guide of 2023: about one step of drift).
func (c *conversation) totp(right bool) (string, error) {
	key, err := decodeTOTPSecret(c.user.TOTPSecret)
	if err != nil {
		return "", err
	}
	now := step(time.Now())
	if right {
		c.codeStep = max(now, c.codeStep+1)
		c.code = totp(key, c.codeStep)
		return c.code, nil
	}
	var near []string
	for s := now - 3; s <= now+3; s++ {
		near = append(near, totp(key, s))
	}
	for n := 0; ; n++ {
		if code := fmt.Sprintf("%06d", n); !slices.Contains(near, code) {
			return code, nil
		}
	}
}

// repeatCode uses the code of an authenticator app once more (moto's tests
// against AWS): that of a sign-in, or of the enrolment.
func (c *conversation) repeatCode() {
	c.say("a code that was used")
	if c.again(types.ChallengeNameTypeSoftwareTokenMfa) {
		_, err := c.reply(map[string]string{"SOFTWARE_TOKEN_MFA_CODE": c.code})
		c.refused(err, tokenCodeReused)
	}
}

func (c *conversation) lookAtFactors() {
	want := make([]string, len(c.user.MFA))
	for i, factor := range c.user.MFA {
		want[i] = string(factor)
	}
	slices.Sort(want)
	c.want("MFAS_CAN_CHOOSE", want, slices.Sorted(slices.Values(c.list("MFAS_CAN_CHOOSE"))))
}

// selectFactor answers SELECT_MFA_TYPE. What another factor than those listed
// leads to is unsure.
func (c *conversation) selectFactor(right bool) (map[string]string, error) {
	if !right || len(c.user.MFA) == 0 {
		return nil, nil
	}
	return map[string]string{"ANSWER": string(c.user.MFA[0])}, nil
}

func (c *conversation) lookAtSetup() {
	factor := types.ChallengeNameTypeSoftwareTokenMfa
	if c.NewEmails[c.user.Username] != "" {
		factor = types.ChallengeNameTypeEmailOtp
	}
	c.that(slices.Contains(c.list("MFAS_CAN_SETUP"), string(factor)), "MFAS_CAN_SETUP lack "+string(factor))
}

// isSecretCode: 52 characters were seen.
var isSecretCode = regexp.MustCompile(`^[A-Z2-7]{16,}$`)

// The texts of a wrong code in VerifySoftwareToken, today's and an older one.
var badEnrolmentCodes = []*failure{badEnrolmentCode, fail(badEnrolmentCode.code, "Code mismatch and fail enable Software Token MFA")}

// enrol sets up an authenticator app, with two wrong codes before the right one.
// The answer to MFA_SETUP is the Session of the last step, and nothing else. To
// an e-mail address a code is sent (amplify-swift's tests against AWS).
func (c *conversation) enrol(right bool) (map[string]string, error) {
	if !right {
		return nil, nil // what the service says is not known
	}
	if address := c.NewEmails[c.user.Username]; address != "" {
		c.user.MFA = []types.ChallengeNameType{types.ChallengeNameTypeEmailOtp}
		return map[string]string{"EMAIL": address}, nil
	}
	c.say("AssociateSoftwareToken")
	associated, err := c.api.AssociateSoftwareToken(c.ctx, &cognitoidentityprovider.AssociateSoftwareTokenInput{Session: c.at.session})
	if !c.succeeded(err) {
		return nil, errNoEnrolment
	}
	if !c.that(isSecretCode.MatchString(aws.ToString(associated.SecretCode)), "SecretCode is not base32 without padding, of 16 characters at least") {
		return nil, errNoEnrolment
	}
	c.user.TOTPSecret = challenge.NewSecret(*associated.SecretCode)

	verify := func(code string) (*cognitoidentityprovider.VerifySoftwareTokenOutput, error) {
		return c.api.VerifySoftwareToken(c.ctx, &cognitoidentityprovider.VerifySoftwareTokenInput{
			Session: associated.Session, UserCode: aws.String(code),
		})
	}
	c.say("VerifySoftwareToken of no digits")
	_, err = verify("abcdef")
	c.refused(err, invalidParameter(""))
	c.say("VerifySoftwareToken of a wrong code")
	wrong, err := c.totp(false)
	if err != nil {
		return nil, err
	}
	_, err = verify(wrong)
	c.refused(err, badEnrolmentCodes...)
	c.say("VerifySoftwareToken with the same Session")
	code, err := c.totp(true)
	if err != nil {
		return nil, err
	}
	verified, err := verify(code)
	if !c.succeeded(err) {
		return nil, errNoEnrolment
	}
	c.want("Status", types.VerifySoftwareTokenResponseTypeSuccess, verified.Status)
	c.at.session = verified.Session
	c.user.MFA = []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa}
	c.say(string(c.at.name))
	return map[string]string{}, nil
}

var errNoEnrolment = errors.New("no authenticator app could be set up")

var errNoDevice = errors.New("no device was named")

var isDeviceKey = regexp.MustCompile(`^[\w-]+_[0-9a-f-]+$`)

// confirmDevice confirms the device that a sign-in named, and has it
// remembered.
func (c *conversation) confirmDevice(result *types.AuthenticationResultType) bool {
	c.say("ConfirmDevice")
	metadata := result.NewDeviceMetadata
	if metadata == nil { // noted already
		return false
	}
	device := &namedDevice{key: aws.ToString(metadata.DeviceKey), group: aws.ToString(metadata.DeviceGroupKey)}
	c.that(isDeviceKey.MatchString(device.key), "DeviceKey is not like eu-west-1_ and a UUID")
	made, err := srp.NewDevice(device.group, device.key)
	if err != nil {
		c.differ("%v", err)
		return false
	}
	device.password = challenge.NewSecret(made.Password())
	confirmed, err := c.api.ConfirmDevice(c.ctx, &cognitoidentityprovider.ConfirmDeviceInput{
		AccessToken: result.AccessToken, DeviceKey: metadata.DeviceKey, DeviceName: aws.String("conformance"),
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			Salt: aws.String(made.Salt()), PasswordVerifier: aws.String(made.Verifier()),
		},
	})
	if !c.succeeded(err) {
		return false
	}
	c.want("UserConfirmationNecessary", c.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt, confirmed.UserConfirmationNecessary)
	if confirmed.UserConfirmationNecessary {
		c.say("UpdateDeviceStatus")
		_, err = c.api.UpdateDeviceStatus(c.ctx, &cognitoidentityprovider.UpdateDeviceStatusInput{
			AccessToken: result.AccessToken, DeviceKey: metadata.DeviceKey,
			DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
		})
		if !c.succeeded(err) {
			return false
		}
	}
	c.device = device
	return true
}

// remember confirms the device of a sign-in with a second factor, proves it in
// the next one instead of that, and forgets it.
func (c *conversation) remember(result *types.AuthenticationResultType) {
	if !c.confirmDevice(result) {
		return
	}
	if c.DeviceConfiguration.ChallengeRequiredOnNewDevice {
		path := []types.ChallengeNameType{types.ChallengeNameTypeDeviceSrpAuth, types.ChallengeNameTypeDevicePasswordVerifier}
		if c.flow == types.AuthFlowTypeUserSrpAuth {
			path = slices.Insert(path, 0, types.ChallengeNameTypePasswordVerifier)
		}
		c.examine(path...)
	}
	c.say("ForgetDevice")
	_, err := c.api.ForgetDevice(c.ctx, &cognitoidentityprovider.ForgetDeviceInput{AccessToken: result.AccessToken, DeviceKey: aws.String(c.device.key)})
	forgotten := c.device
	c.device = nil
	if !c.succeeded(err) || c.flow != types.AuthFlowTypeUserSrpAuth {
		return
	}
	// The same answer is good without the device (amazon-archives/
	// amazon-cognito-identity-js#200).
	c.say("PASSWORD_VERIFIER with a forgotten DEVICE_KEY")
	if !c.again(types.ChallengeNameTypePasswordVerifier) {
		return
	}
	if responses, ok := c.answer(true); ok {
		with := maps.Clone(responses)
		with["DEVICE_KEY"] = forgotten.key
		_, err = c.reply(with)
		c.refused(err, deviceNotFound)
		c.say("PASSWORD_VERIFIER again without DEVICE_KEY")
		_, err = c.reply(responses)
		c.succeeded(err)
	}
}

// beginDevice answers DEVICE_SRP_AUTH.
func (c *conversation) beginDevice(right bool) (map[string]string, error) {
	if !right {
		return nil, nil
	}
	c.srp = srp.NewClient()
	return map[string]string{"SRP_A": c.srp.A()}, nil
}
