package challenge

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Step is what a user pool says next in a sign-in: that it is over, or what it
// wants to know.
//
// The following types satisfy this interface:
//
//	*Tokens                  signed in
//
//	*AdminNoSRPAuth          ADMIN_NO_SRP_AUTH
//	*CustomChallenge         CUSTOM_CHALLENGE
//	*DevicePasswordVerifier  DEVICE_PASSWORD_VERIFIER
//	*DeviceSRPAuth           DEVICE_SRP_AUTH
//	*EmailOTP                EMAIL_OTP
//	*MFASetup                MFA_SETUP
//	*NewPasswordRequired     NEW_PASSWORD_REQUIRED
//	*Password                PASSWORD
//	*PasswordSRP             PASSWORD_SRP
//	*PasswordVerifier        PASSWORD_VERIFIER
//	*SelectChallenge         SELECT_CHALLENGE
//	*SelectMFAType           SELECT_MFA_TYPE
//	*SMSMFA                  SMS_MFA
//	*SMSOTP                  SMS_OTP
//	*SoftwareTokenMFA        SOFTWARE_TOKEN_MFA
//	*WebAuthn                WEB_AUTHN
//
//	*Unknown                 a challenge that this version does not know
//
// All but *Tokens are also a [Challenge]. When Cognito gets new challenges,
// new types join this list; until then they arrive as *Unknown, so a type
// switch wants a default branch.
//
//sumtype:decl
type Step interface{ step() }

// Challenge is a [Step] that wants an answer: a form of which Cognito filled
// in one part, and the caller fills in the other before handing it to
// [Client.Respond].
//
// A Challenge can also be filled in by hand, both parts of it, to build the
// answer to a call that the caller makes: see [Config.RespondInput] and
// [Config.AdminRespondInput]. It is not safe for concurrent use.
type Challenge interface {
	Step

	// Name returns Cognito's name of the challenge.
	Name() types.ChallengeNameType

	// ChallengeResponses checks the filled-in form and returns it under
	// Cognito's keys: USERNAME, DEVICE_KEY where there is one, and the
	// challenge's own. SECRET_HASH is not among them, because it needs the
	// app client; Config.RespondInput adds it. The Session is no part of the
	// map and is not checked here.
	//
	// The error joins one [*InvalidError] for each thing that is wrong.
	ChallengeResponses() (map[string]string, error)

	base() *Issued         // by embedding Issued
	sessionOptional() bool // by embedding Issued, false unless overridden
	decode(*decoder)       // fills in what Cognito's parameters tell
	fields() []input       // its own fields, without those of Issued
}

// kinds has every challenge that Cognito names. It is the one place to which a
// new challenge is added, besides its file.
var kinds = map[types.ChallengeNameType]func() Challenge{
	types.ChallengeNameTypeAdminNoSrpAuth:         func() Challenge { return new(AdminNoSRPAuth) },
	types.ChallengeNameTypeCustomChallenge:        func() Challenge { return new(CustomChallenge) },
	types.ChallengeNameTypeDevicePasswordVerifier: func() Challenge { return new(DevicePasswordVerifier) },
	types.ChallengeNameTypeDeviceSrpAuth:          func() Challenge { return new(DeviceSRPAuth) },
	types.ChallengeNameTypeEmailOtp:               func() Challenge { return new(EmailOTP) },
	types.ChallengeNameTypeMfaSetup:               func() Challenge { return new(MFASetup) },
	types.ChallengeNameTypeNewPasswordRequired:    func() Challenge { return new(NewPasswordRequired) },
	types.ChallengeNameTypePassword:               func() Challenge { return new(Password) },
	types.ChallengeNameTypePasswordSrp:            func() Challenge { return new(PasswordSRP) },
	types.ChallengeNameTypePasswordVerifier:       func() Challenge { return new(PasswordVerifier) },
	types.ChallengeNameTypeSelectChallenge:        func() Challenge { return new(SelectChallenge) },
	types.ChallengeNameTypeSelectMfaType:          func() Challenge { return new(SelectMFAType) },
	types.ChallengeNameTypeSmsMfa:                 func() Challenge { return new(SMSMFA) },
	types.ChallengeNameTypeSmsOtp:                 func() Challenge { return new(SMSOTP) },
	types.ChallengeNameTypeSoftwareTokenMfa:       func() Challenge { return new(SoftwareTokenMFA) },
	types.ChallengeNameTypeWebAuthn:               func() Challenge { return new(WebAuthn) },
}

// Issued is the part of a challenge that Cognito issued and that all
// challenges share. Those who get a challenge from a [Client] find it filled
// in and leave it alone; those who fill in a challenge by hand set at least
// Username and, unless Cognito sent none, Session.
type Issued struct {
	// Username goes with the answer as USERNAME, and SECRET_HASH is over it.
	// It is what Cognito returned as USERNAME, else as USER_ID_FOR_SRP, else
	// the name carried over from the step before, else what the user typed.
	Username string

	// Session goes with the answer unmodified. Cognito issues a new one with
	// each challenge, good for one successful answer within the app client's
	// AuthSessionValidity (3 minutes unless configured). It is empty for the
	// PASSWORD_VERIFIER of a USER_SRP_AUTH sign-in.
	Session Secret

	// DeviceKey goes with the answer as DEVICE_KEY, unless it is empty. It is
	// that of CallOptions.Device and carried over from step to step.
	DeviceKey string

	// ForgetDevice says that Cognito does not know the device that was given
	// any more: delete what is stored of it. The sign-in goes on without it, and
	// its Tokens say so too.
	ForgetDevice bool

	// AvailableChallenges are the first factors among which a USER_AUTH
	// sign-in lets this user choose; nil in other flows.
	AvailableChallenges []types.ChallengeNameType

	// Parameters are Cognito's ChallengeParameters as they came. What is
	// known about them is decoded into the challenge's own fields.
	Parameters Params
}

func (*Issued) step()                   {}
func (i *Issued) base() *Issued         { return i }
func (i *Issued) sessionOptional() bool { return false }

// next returns what the following step gets from this one and from reply.
func (i *Issued) next(reply *Reply) Issued {
	n := Issued{
		Username:            i.Username,
		DeviceKey:           i.DeviceKey,
		ForgetDevice:        i.ForgetDevice,
		Session:             reply.Session,
		AvailableChallenges: reply.AvailableChallenges,
		Parameters:          reply.Parameters,
	}
	// The precedence that AWS's own clients use. Only the first challenge out
	// of an Initiate call names the user, later ones usually do not
	// (https://github.com/aws-amplify/amplify-js/issues/6461).
	for _, key := range []string{"USERNAME", "USER_ID_FOR_SRP"} {
		if name := reply.Parameters.Get(key); name != "" {
			n.Username = name
			break
		}
	}
	// Only the outputs of the two Initiate operations have this member.
	if n.AvailableChallenges == nil {
		n.AvailableChallenges = i.AvailableChallenges
	}
	return n
}

// ReadReply turns a reply to a call that the caller made into a typed step, as
// a [Client] does with replies to its own: the challenge with its parameters
// decoded, or the tokens. before is what is known from the step before: the
// challenge's Issued, or at the start of a sign-in the Username that the user
// typed, and the DeviceKey if there is one. The reply to a REFRESH_TOKEN_AUTH has
// no refresh token: the old one stays good.
//
// The error is a [*MalformedError].
func ReadReply(reply *Reply, before Issued) (Step, error) { return read(reply, &before) }

// read turns reply into a Step. before is what the step before knew.
func read(reply *Reply, before *Issued) (Step, error) {
	if reply == nil {
		return nil, &MalformedError{Problem: "there is none"}
	}
	name := reply.Challenge
	switch {
	case reply.Tokens != nil && name != "":
		return nil, &MalformedError{Challenge: name, Key: "AuthenticationResult", Problem: "came together with a challenge"}
	case reply.Tokens != nil:
		tokens, err := reply.Tokens.from(before)
		if err != nil {
			return nil, err
		}
		return tokens, nil
	case name == "" && len(reply.AvailableChallenges) > 0:
		// The API reference's own InitiateAuth example has no ChallengeName here.
		name = types.ChallengeNameTypeSelectChallenge
	case name == "":
		return nil, &MalformedError{Key: "ChallengeName", Problem: "is missing, and there are no tokens"}
	case len(name) > maxNamed:
		return nil, &MalformedError{Key: "ChallengeName", Problem: fmt.Sprintf("is longer than %d characters", maxNamed)}
	case printable(string(name)) != string(name):
		return nil, &MalformedError{Key: "ChallengeName", Problem: "is not printable"}
	case tooLong(reply.Session.Reveal()):
		return nil, &MalformedError{Challenge: name, Key: "Session", Problem: fmt.Sprintf("is longer than %d characters", maxValue)}
	case len(reply.AvailableChallenges) > maxList:
		return nil, &MalformedError{Challenge: name, Key: "AvailableChallenges", Problem: fmt.Sprintf("has more than %d entries", maxList)}
	case reply.Parameters.Len() > maxList:
		return nil, &MalformedError{Challenge: name, Key: "ChallengeParameters", Problem: fmt.Sprintf("has more than %d entries", maxList)}
	}
	return decode(newChallenge(name), before.next(reply))
}

// newChallenge returns an empty challenge of a name.
func newChallenge(name types.ChallengeNameType) Challenge {
	if kind, ok := kinds[name]; ok {
		return kind()
	}
	return &Unknown{ChallengeName: name}
}

// decode returns c as Cognito issued it.
func decode(c Challenge, issued Issued) (Challenge, error) {
	*c.base() = issued
	d := decoder{challenge: c.Name(), params: issued.Parameters}
	// Also what is not decoded is carried along.
	for _, key := range issued.Parameters.Keys() {
		if tooLong(key) || tooLong(d.get(key)) {
			d.fail(clip(key, maxNamed), fmt.Sprintf("is longer than %d characters", maxValue))
			return nil, d.err
		}
	}
	if c.decode(&d); d.err != nil {
		return nil, d.err
	}
	return c, nil
}

// Unknown is a challenge that this version of the package has no type for. It
// can be answered all the same by those who know its keys.
type Unknown struct {
	Issued

	// ChallengeName is what Cognito called it.
	ChallengeName types.ChallengeNameType

	// Responses are the answer's own keys. USERNAME, DEVICE_KEY and
	// SECRET_HASH are added.
	Responses Params
}

var _ Challenge = (*Unknown)(nil)

// Name returns ChallengeName.
func (c *Unknown) Name() types.ChallengeNameType { return c.ChallengeName }

func (c *Unknown) sessionOptional() bool { return true }

func (c *Unknown) decode(*decoder) {}

func (c *Unknown) fields() []input {
	var fields []input
	for _, key := range c.Responses.Keys() {
		fields = append(fields, input{
			Field: Field{Name: fmt.Sprintf("Responses[%q]", key), Key: key, Kind: KindText, Required: true, Secret: true},
			place: response{c, key},
		})
	}
	return append(fields, input{
		Field: Field{Name: "Responses", Kind: KindText, Secret: true, Any: true},
		under: func(key string) place { return response{c, key} },
	})
}

// response is the place of one of Responses.
type response struct {
	of  *Unknown
	key string
}

func (r response) get() string { return r.of.Responses.Get(r.key) }

func (r response) set(value string) {
	values := r.of.Responses.Map()
	values[r.key] = value
	r.of.Responses = own(values)
}

// ChallengeResponses implements [Challenge].
func (c *Unknown) ChallengeResponses() (map[string]string, error) {
	f := answer(c)
	if c.ChallengeName == "" {
		f.fail("ChallengeName", "ChallengeName", "is required")
	}
	return f.done()
}
