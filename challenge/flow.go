package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// Flow is how a sign-in starts.
//
// The following types satisfy this interface, and so do pointers to them:
//
//	UserSRP       USER_SRP_AUTH: the password is proven, not sent
//	UserPassword  USER_PASSWORD_AUTH, for the admin API ADMIN_USER_PASSWORD_AUTH
//	Custom        CUSTOM_AUTH: the pool's Lambda triggers ask the questions
//	Choice        USER_AUTH: the user chooses the first factor
//	Refresh       REFRESH_TOKEN_AUTH: new tokens without asking the user
//
//sumtype:decl
type Flow interface {
	// begin checks the flow and returns its first call.
	begin(t *turn) (beginning, error)
}

// beginning is what a flow contributes to the first call.
type beginning struct {
	flow   types.AuthFlowType
	values map[string]string

	// username is the name that the user typed, for steps that name none.
	username string

	// hashed is the name that SECRET_HASH is over.
	hashed string

	session Secret
	refresh Secret // the token that stays good when no new one comes

	// unknown is what a refusal with an unknown text means. The first call
	// carries nothing but who the user is, and a backend shows the same face
	// for every refusal of it.
	unknown Reason
}

func newFlow(flow types.AuthFlowType) *form {
	return newForm(InvalidError{Flow: flow})
}

// begun ends the checks of a flow that names its user.
func (f *form) begun() (beginning, error) {
	values, err := f.done()
	name := values["USERNAME"]
	return beginning{flow: f.blame.Flow, values: values, username: name, hashed: name, unknown: BadCredentials}, err
}

// UserSRP starts USER_SRP_AUTH: the password is proven without being sent
// (Secure Remote Password). The app client needs ALLOW_USER_SRP_AUTH.
//
// PASSWORD_VERIFIER, which follows, is answered inside [Client.Start].
type UserSRP struct {
	// Username is the user's name, or an alias such as an e-mail address where
	// the pool lets users sign in with it. Required.
	Username string

	// Password is required.
	Password Secret
}

var _ Flow = UserSRP{}

func (s UserSRP) begin(t *turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeUserSrpAuth)
	f.require("Username", "USERNAME", s.Username)
	f.proven(t, s.Password)
	return f.begun()
}

// proven adds SRP_A, and keeps the password to be proven in t.
func (f *form) proven(t *turn, password Secret) {
	if password.IsZero() {
		f.fail("Password", "SRP_A", "is required")
		return
	}
	f.require("Password", "SRP_A", t.openSRP(password))
}

// UserPassword starts USER_PASSWORD_AUTH, or ADMIN_USER_PASSWORD_AUTH where
// the client's transport is [Admin]: the password is sent to Cognito. The app
// client needs ALLOW_USER_PASSWORD_AUTH or ALLOW_ADMIN_USER_PASSWORD_AUTH.
//
// Prefer [UserSRP], except in a pool with a user migration trigger, which only
// works when it is sent the password.
type UserPassword struct {
	// Username is the user's name or alias. Required.
	Username string

	// Password is required.
	Password Secret
}

var _ Flow = UserPassword{}

func (s UserPassword) begin(*turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeUserPasswordAuth)
	f.require("Username", "USERNAME", s.Username)
	f.secret("Password", "PASSWORD", s.Password)
	return f.begun()
}

// Custom starts CUSTOM_AUTH: the pool's Lambda triggers decide what is asked,
// as a rule by [CustomChallenge]. The app client needs ALLOW_CUSTOM_AUTH.
type Custom struct {
	// Username is the user's name or alias. Required.
	Username string

	// Password makes the sign-in begin with an SRP proof of it, which is given
	// inside [Client.Start]. The Define Auth Challenge trigger sees SRP_A
	// first then, and must ask for PASSWORD_VERIFIER. Without a password the
	// sign-in begins with the trigger's own challenge.
	Password Secret
}

var _ Flow = Custom{}

func (s Custom) begin(t *turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeCustomAuth)
	f.require("Username", "USERNAME", s.Username)
	if !s.Password.IsZero() {
		// The developer guide prints this key as ChallengeName; what AWS's own
		// clients send, and what works, is this.
		f.require("Password", "CHALLENGE_NAME", "SRP_A")
		f.proven(t, s.Password)
	}
	return f.begun()
}

// Choice starts USER_AUTH: the user chooses the first factor among those that
// the pool allows and the user has. The app client needs ALLOW_USER_AUTH, and
// the pool a feature plan of Essentials or higher.
//
// Without a preference, or when the user can't use it, [SelectChallenge]
// follows. Otherwise it is the preferred challenge, or what comes after it.
type Choice struct {
	// Username is the user's name or alias. Required.
	Username string

	// Preferred is the factor to begin with: PASSWORD, PASSWORD_SRP, EMAIL_OTP,
	// SMS_OTP or WEB_AUTHN. It may be empty.
	Preferred types.ChallengeNameType

	// Password goes with Preferred PASSWORD, and with PASSWORD_SRP, where it is
	// proven inside [Client.Start]. Without it Cognito asks for it next, by
	// [Password] or [PasswordSRP]; no capture proves that it does, so give the
	// password if it is at hand. With other preferences it must be empty.
	Password Secret

	// Session is the one that ConfirmSignUp returned, to sign in at once after
	// a sign-up. Empty otherwise. It is good for one start, which is sent at most
	// once: when that fails with Error.Ambiguous, start without it.
	Session Secret
}

var _ Flow = Choice{}

// firstFactors are what PREFERRED_CHALLENGE can be.
var firstFactors = []types.ChallengeNameType{
	types.ChallengeNameTypePassword,
	types.ChallengeNameTypePasswordSrp,
	types.ChallengeNameTypeEmailOtp,
	types.ChallengeNameTypeSmsOtp,
	types.ChallengeNameTypeWebAuthn,
}

func (s Choice) begin(t *turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeUserAuth)
	f.require("Username", "USERNAME", s.Username)
	if s.Preferred != "" {
		f.add(choice("Preferred", "PREFERRED_CHALLENGE", &s.Preferred, firstFactors))
	}
	switch {
	case s.Password.IsZero():
	case s.Preferred == types.ChallengeNameTypePassword:
		f.secret("Password", "PASSWORD", s.Password)
	case s.Preferred == types.ChallengeNameTypePasswordSrp:
		f.proven(t, s.Password)
	default:
		f.fail("Password", "PASSWORD", "is given, but Preferred is not a password challenge")
	}
	b, err := f.begun()
	b.session = s.Session
	return b, err
}
