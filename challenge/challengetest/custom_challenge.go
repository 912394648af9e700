package challengetest

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// challengeSRPA is the CHALLENGE_NAME by which CUSTOM_AUTH begins with SRP, and
// the first entry of the session list then. The developer guide calls the key
// ChallengeName; all of AWS's own clients send CHALLENGE_NAME.
const challengeSRPA = "SRP_A"

// startCustom starts CUSTOM_AUTH.
func startCustom(c *call) (*authReply, error) {
	if err := c.require("USERNAME"); err != nil {
		return nil, err
	}
	switch c.params["CHALLENGE_NAME"] {
	case challengeSRPA:
		if err := c.require("SRP_A"); err != nil {
			return nil, err
		}
		c.signIn.answered = []ChallengeResult{{ChallengeName: challengeSRPA, ChallengeResult: true}}
	case "", string(types.ChallengeNameTypeCustomChallenge):
	default:
		return nil, badChallengeName
	}
	if c.triggers.DefineAuthChallenge == nil {
		return nil, customNotConfigured
	}
	if err := c.identify(); err != nil {
		return nil, err
	}
	return c.define()
}

// defined are the challenges that DefineAuthChallenge can ask for.
var defined = map[types.ChallengeNameType]func(*call) bool{
	types.ChallengeNameTypeCustomChallenge:  func(*call) bool { return true },
	types.ChallengeNameTypePasswordVerifier: func(c *call) bool { return c.session == nil && c.params["SRP_A"] != "" },
	types.ChallengeNameTypeSelectMfaType:    func(c *call) bool { return c.signIn.user != nil && len(c.signIn.user.factors) > 0 },
	types.ChallengeNameTypeSmsMfa:           canDefineFactor(types.ChallengeNameTypeSmsMfa),
	types.ChallengeNameTypeEmailOtp:         canDefineFactor(types.ChallengeNameTypeEmailOtp),
	types.ChallengeNameTypeSoftwareTokenMfa: canDefineFactor(types.ChallengeNameTypeSoftwareTokenMfa),
}

func canDefineFactor(factor types.ChallengeNameType) func(*call) bool {
	return func(c *call) bool { return c.signIn.user != nil && c.signIn.user.canUse(factor) }
}

// define asks the DefineAuthChallenge trigger how the sign-in goes on.
func (c *call) define() (*authReply, error) {
	response, err := invoke(c, "DefineAuthChallenge", c.triggers.DefineAuthChallenge, DefineAuthChallengeRequest{
		TriggerUser: c.triggerUser(), Session: c.answered(), ClientMetadata: c.metadata(),
	})
	if err != nil {
		return nil, err
	}
	user := c.signIn.user
	can, known := defined[response.ChallengeName]
	switch {
	case response.FailAuthentication, response.IssueTokens && user == nil:
		return nil, c.fatal(badCredentials)
	case response.IssueTokens:
		return c.finish()
	case !known:
		return nil, c.fatal(badLambdaOutput)
	case !can(c) && user == nil:
		return nil, c.fatal(badCredentials)
	case !can(c):
		return nil, c.fatal(noMFAMethod)
	}
	return c.ask(response.ChallengeName)
}

// defineAfter records that the challenge that was answered is passed, and asks
// the trigger. Who proved a temporary password has to change it first (unsure).
func (c *call) defineAfter() (*authReply, error) {
	if name := c.session.challenge; name != types.ChallengeNameTypeNewPasswordRequired {
		c.signIn.answered = append(c.signIn.answered, ChallengeResult{ChallengeName: name, ChallengeResult: true})
		if name == types.ChallengeNameTypePasswordVerifier && c.signIn.user.temporary {
			return c.ask(types.ChallengeNameTypeNewPasswordRequired)
		}
	}
	return c.define()
}

type customChallenge struct{}

// A customPart is what a session keeps of a CUSTOM_CHALLENGE.
type customPart struct {
	private  challenge.Params
	metadata string
}

// issue returns the public parameters and USERNAME, as in two captured replies.
func (customChallenge) issue(c *call, s *session) (map[string]string, error) {
	response, err := invoke(c, "CreateAuthChallenge", c.triggers.CreateAuthChallenge, CreateAuthChallengeRequest{
		TriggerUser: c.triggerUser(), ChallengeName: s.challenge, Session: c.answered(), ClientMetadata: c.metadata(),
	})
	if err != nil {
		return nil, err
	}
	s.custom = customPart{response.PrivateChallengeParameters, response.ChallengeMetadata}
	params := make(map[string]string, len(response.PublicChallengeParameters)+1)
	maps.Copy(params, response.PublicChallengeParameters)
	params["USERNAME"] = c.signIn.name()
	return params, nil
}

// answer takes any answer as one: right or wrong, what comes next is up to
// DefineAuthChallenge, and the session is spent.
func (customChallenge) answer(c *call) (*authReply, error) {
	if err := c.require("ANSWER"); err != nil {
		return nil, err
	}
	s := c.session
	response, err := invoke(c, "VerifyAuthChallengeResponse", c.triggers.VerifyAuthChallengeResponse, VerifyAuthChallengeResponseRequest{
		TriggerUser:                c.triggerUser(),
		PrivateChallengeParameters: s.custom.private,
		ChallengeAnswer:            challenge.NewSecret(c.params["ANSWER"]),
		ClientMetadata:             c.metadata(),
	})
	if err != nil {
		return nil, err
	}
	c.signIn.answered = append(c.signIn.answered, ChallengeResult{s.challenge, response.AnswerCorrect, s.custom.metadata})
	return c.define()
}

var (
	customNotConfigured = invalidParameter("Custom auth lambda trigger is not configured for the user pool.")         // seen
	badLambdaOutput     = fail("InvalidLambdaResponseException", "Unrecognizable lambda output")                      // amazon-cognito-identity-js#167
	lambdaOutputNoJSON  = fail("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")     // aws-amplify/amplify-js#13352
	noMFAMethod         = fail("MFAMethodNotFoundException", "The user can't answer the challenge that was defined.") // unsure
	badChallengeName    = invalidParameter("Invalid CHALLENGE_NAME.")                                                 // unsure
)
