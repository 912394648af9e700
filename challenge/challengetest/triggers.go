package challengetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// Triggers are the pool's Lambda triggers, as Go functions. Each gets what the
// Lambda function finds in its event, and returns what that would put into the
// event's response.
//
// An error refuses the sign-in and ends its session:
//
//   - a *types.UnexpectedLambdaException of the SDK stands for a function that
//     could not be run. Its Message is the code with which AWS Lambda refused,
//     such as AccessDeniedException, and becomes a part of the service's text;
//   - a *types.InvalidLambdaResponseException stands for a response that is no
//     JSON. Its Message does not count;
//   - any other is the one that the function threw, and is told in a
//     UserLambdaValidationException.
//
// Triggers are called without any lock: they may use the pool, and several
// goroutines may call them at once.
type Triggers struct {
	// DefineAuthChallenge decides what a CUSTOM_AUTH sign-in asks next. Without
	// it there is no CUSTOM_AUTH.
	DefineAuthChallenge func(DefineAuthChallengeRequest) (DefineAuthChallengeResponse, error)

	// CreateAuthChallenge makes a CUSTOM_CHALLENGE. CUSTOM_CHALLENGE needs it.
	CreateAuthChallenge func(CreateAuthChallengeRequest) (CreateAuthChallengeResponse, error)

	// VerifyAuthChallengeResponse judges the answer to a CUSTOM_CHALLENGE.
	// CUSTOM_CHALLENGE needs it.
	VerifyAuthChallengeResponse func(VerifyAuthChallengeResponseRequest) (VerifyAuthChallengeResponseResponse, error)

	// PreAuthentication can deny any sign-in before anything is checked, by
	// returning an error. It is not called for a refresh. If nil, none is
	// denied.
	PreAuthentication func(PreAuthenticationRequest) error
}

// A TriggerUser is what every trigger is told of the user who signs in.
type TriggerUser struct {
	// UserName is the user name, not an alias. For a user that is not there it
	// is what was typed.
	UserName string

	// ClientID is the app client, callerContext.clientId.
	ClientID string

	// UserAttributes are the user's attributes, with sub and
	// cognito:user_status. There are none if UserNotFound.
	UserAttributes map[string]string

	// UserNotFound says that there is no such user, which an app client with
	// PreventUserExistenceErrors hides. Tokens are never issued then.
	UserNotFound bool
}

// A ChallengeResult is a challenge that the user has answered.
type ChallengeResult struct {
	// ChallengeName is CUSTOM_CHALLENGE, SRP_A when the sign-in began with one,
	// PASSWORD_VERIFIER, or a second factor's name.
	ChallengeName types.ChallengeNameType

	// ChallengeResult says whether the answer was right. Wrong answers to
	// challenges other than CUSTOM_CHALLENGE are refused and not recorded.
	ChallengeResult bool

	// ChallengeMetadata is what CreateAuthChallenge returned as such.
	ChallengeMetadata string
}

// A DefineAuthChallengeRequest is the request of a DefineAuthChallenge event.
type DefineAuthChallengeRequest struct {
	TriggerUser

	// Session are the answers so far, oldest first.
	Session []ChallengeResult

	// ClientMetadata is that of RespondToAuthChallenge; InitiateAuth's is not
	// passed on (developer guide).
	ClientMetadata map[string]string
}

// A DefineAuthChallengeResponse is the response of a DefineAuthChallenge event:
// one of the three members says how the sign-in goes on.
type DefineAuthChallengeResponse struct {
	// ChallengeName is the next challenge: CUSTOM_CHALLENGE, PASSWORD_VERIFIER
	// after SRP_A, SMS_MFA, EMAIL_OTP, SOFTWARE_TOKEN_MFA or SELECT_MFA_TYPE.
	ChallengeName types.ChallengeNameType

	// IssueTokens ends the sign-in with tokens.
	IssueTokens bool

	// FailAuthentication ends the sign-in with a NotAuthorizedException. It
	// outweighs the others.
	FailAuthentication bool
}

// A CreateAuthChallengeRequest is the request of a CreateAuthChallenge event.
type CreateAuthChallengeRequest struct {
	TriggerUser

	// ChallengeName is CUSTOM_CHALLENGE.
	ChallengeName types.ChallengeNameType

	// Session and ClientMetadata are those of [DefineAuthChallengeRequest].
	Session        []ChallengeResult
	ClientMetadata map[string]string
}

// A CreateAuthChallengeResponse is the response of a CreateAuthChallenge event.
type CreateAuthChallengeResponse struct {
	// PublicChallengeParameters become the challenge's parameters, together
	// with USERNAME, which the pool puts there. May be nil.
	PublicChallengeParameters map[string]string

	// PrivateChallengeParameters go to VerifyAuthChallengeResponse and nowhere
	// else, for example the right answer.
	PrivateChallengeParameters challenge.Params

	// ChallengeMetadata names the challenge in the session list of later events.
	ChallengeMetadata string
}

// A VerifyAuthChallengeResponseRequest is the request of a
// VerifyAuthChallengeResponse event.
type VerifyAuthChallengeResponseRequest struct {
	TriggerUser

	// PrivateChallengeParameters are those that CreateAuthChallenge returned.
	PrivateChallengeParameters challenge.Params

	// ChallengeAnswer is ANSWER.
	ChallengeAnswer challenge.Secret

	// ClientMetadata is that of RespondToAuthChallenge.
	ClientMetadata map[string]string
}

// A VerifyAuthChallengeResponseResponse is the response of a
// VerifyAuthChallengeResponse event.
type VerifyAuthChallengeResponseResponse struct {
	// AnswerCorrect becomes ChallengeResult in the session list. What a wrong
	// answer leads to is up to DefineAuthChallenge.
	AnswerCorrect bool
}

// A PreAuthenticationRequest is the request of a PreAuthentication event.
type PreAuthenticationRequest struct {
	TriggerUser

	// ValidationData is the ClientMetadata of InitiateAuth.
	ValidationData map[string]string
}

// triggerUser returns what triggers are told of the user.
func (c *call) triggerUser() TriggerUser {
	u := c.signIn.user
	if u == nil {
		return TriggerUser{UserName: c.signIn.typed, ClientID: c.client.id, UserNotFound: true}
	}
	attributes := maps.Clone(u.attributes)
	attributes["sub"] = u.sub
	attributes["cognito:user_status"] = string(u.status)
	return TriggerUser{UserName: u.name, ClientID: c.client.id, UserAttributes: attributes}
}

// answered returns the session list, for a trigger to keep.
func (c *call) answered() []ChallengeResult { return slices.Clone(c.signIn.answered) }

// metadata returns the ClientMetadata that challenge triggers see (developer
// guide, "Customizing user pool workflows with Lambda triggers").
func (c *call) metadata() map[string]string {
	if c.session == nil {
		return nil
	}
	return maps.Clone(c.in.clientMetadata)
}

// invoke calls a trigger. The session that is being answered is spent, lest
// another answer gets in meanwhile, and a trigger's error makes it invalid
// (aws-amplify/amplify-js#5834).
func invoke[Q, R any](c *call, name string, trigger func(Q) (R, error), request Q) (response R, err error) {
	if trigger == nil {
		return response, customNotConfigured
	}
	if c.session != nil {
		c.session.spent = true
	}
	c.unlocked(func() { response, err = trigger(request) })
	if err != nil {
		return response, c.fatal(triggerFailure(name, err))
	}
	return response, nil
}

// fatal makes the session that is being answered invalid and returns err.
func (c *call) fatal(err error) error {
	if c.session != nil {
		c.session.dead = true
	}
	return err
}

// preAuthenticate asks the PreAuthentication trigger, if there is one.
func (c *call) preAuthenticate() error {
	if c.triggers.PreAuthentication == nil {
		return nil
	}
	_, err := invoke(c, "PreAuthentication", func(r PreAuthenticationRequest) (struct{}, error) {
		return struct{}{}, c.triggers.PreAuthentication(r)
	}, PreAuthenticationRequest{TriggerUser: c.triggerUser(), ValidationData: maps.Clone(c.in.clientMetadata)})
	return err
}

// triggerFailure returns what the service says when a trigger fails.
func triggerFailure(name string, err error) *failure {
	var unexpected *types.UnexpectedLambdaException
	var invalid *types.InvalidLambdaResponseException
	switch {
	case errors.As(err, &unexpected): // aws-samples/amazon-cognito-passwordless-auth#46
		return fail("UnexpectedLambdaException", fmt.Sprintf("%s invocation failed due to error %s.", name, unexpected.ErrorMessage()))
	case errors.As(err, &invalid):
		return lambdaOutputNoJSON
	default: // aws-amplify/amplify-js#9127, passwordless-email-auth#17
		return fail("UserLambdaValidationException", fmt.Sprintf("%s failed with error %s.", name, err))
	}
}
