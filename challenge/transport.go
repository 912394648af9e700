package challenge

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Transport sends the two calls of a sign-in: the one that starts it, and the
// one that answers a challenge. [Admin] and [Public] do it through the AWS SDK;
// a test may stand in with its own.
//
// A Transport must be safe for concurrent use. Its errors should be the SDK's
// or wrap them; the [Client] makes an [*Error] of them. A stand-in can also
// return a bare [Reason].
type Transport interface {
	Initiate(context.Context, InitiateRequest) (*Reply, error)
	Respond(context.Context, RespondRequest) (*Reply, error)
}

// InitiateRequest is the call that starts a sign-in.
type InitiateRequest struct {
	// Flow is the public API's name of the flow. The admin API has another
	// name for USER_PASSWORD_AUTH, which [Admin] puts in its place.
	Flow types.AuthFlowType

	// UserPoolID and ClientID are those of [Config].
	UserPoolID string
	ClientID   string

	// Parameters are the AuthParameters, SECRET_HASH included.
	Parameters Params

	// Session is that of a sign-up just confirmed; empty otherwise.
	Session Secret

	// Options are the caller's.
	Options CallOptions
}

// RespondRequest is the call that answers a challenge.
type RespondRequest struct {
	// Challenge is the one that is answered.
	Challenge types.ChallengeNameType

	// UserPoolID and ClientID are those of [Config].
	UserPoolID string
	ClientID   string

	// Responses are the ChallengeResponses, SECRET_HASH included.
	Responses Params

	// Session is the newest; empty where Cognito sent none.
	Session Secret

	// Options are the caller's.
	Options CallOptions
}

// Reply is what either call returns: tokens, or the next challenge.
type Reply struct {
	// Tokens is nil unless the user is signed in now.
	Tokens *Tokens

	// Challenge is ChallengeName. It can be empty without Tokens, too: then
	// AvailableChallenges are to be chosen from.
	Challenge types.ChallengeNameType

	// Parameters are ChallengeParameters.
	Parameters Params

	// Session goes with the answer. It can be empty.
	Session Secret

	// AvailableChallenges are only in the reply to an Initiate, and only in
	// USER_AUTH.
	AvailableChallenges []types.ChallengeNameType
}

// AdminAPI is the part of the SDK's client that [Admin] calls.
type AdminAPI interface {
	AdminInitiateAuth(context.Context, *cip.AdminInitiateAuthInput, ...func(*cip.Options)) (*cip.AdminInitiateAuthOutput, error)
	AdminRespondToAuthChallenge(context.Context, *cip.AdminRespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.AdminRespondToAuthChallengeOutput, error)
}

// PublicAPI is the part of the SDK's client that [Public] calls.
type PublicAPI interface {
	InitiateAuth(context.Context, *cip.InitiateAuthInput, ...func(*cip.Options)) (*cip.InitiateAuthOutput, error)
	RespondToAuthChallenge(context.Context, *cip.RespondToAuthChallengeInput, ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error)
}

var (
	_ AdminAPI  = (*cip.Client)(nil)
	_ PublicAPI = (*cip.Client)(nil)
)

// Admin returns a [Transport] that calls AdminInitiateAuth and
// AdminRespondToAuthChallenge. The caller needs IAM permissions for both.
//
// An answer is sent at most once: it is retried only when the service throttled
// it or can't have seen it, whatever retryer the SDK's client has. An HTTP client
// that repeats requests by itself undoes this.
func Admin(api AdminAPI) Transport { return admin{api} }

// Public returns a [Transport] that calls InitiateAuth and
// RespondToAuthChallenge, which need no IAM credentials. Answers are sent at
// most once, as by [Admin].
func Public(api PublicAPI) Transport { return public{api} }

type admin struct{ api AdminAPI }

func (t admin) Initiate(ctx context.Context, r InitiateRequest) (*Reply, error) {
	flow := r.Flow
	if flow == types.AuthFlowTypeUserPasswordAuth {
		flow = types.AuthFlowTypeAdminUserPasswordAuth
	}
	var sent attempts
	out, err := t.api.AdminInitiateAuth(ctx, &cip.AdminInitiateAuthInput{
		AuthFlow:          flow,
		UserPoolId:        aws.String(r.UserPoolID),
		ClientId:          aws.String(r.ClientID),
		AuthParameters:    r.Parameters.Map(),
		Session:           pointer(r.Session),
		AnalyticsMetadata: r.Options.analytics(),
		ClientMetadata:    r.Options.ClientMetadata,
		ContextData:       r.Options.ContextData,
	}, r.options(&sent)...)
	if err != nil {
		return nil, sent.failed(err)
	}
	return reply(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, out.AvailableChallenges), nil
}

// options are those of a call that may be repeated, unless it has a Session,
// which is spent by the first.
func (r InitiateRequest) options(sent *attempts) []func(*cip.Options) {
	if r.Session.IsZero() {
		return sent.options(r.Options.SDK)
	}
	return sent.once(r.Options.SDK)
}

func (t admin) Respond(ctx context.Context, r RespondRequest) (*Reply, error) {
	var sent attempts
	out, err := t.api.AdminRespondToAuthChallenge(ctx, r.adminInput(), sent.once(r.Options.SDK)...)
	if err != nil {
		return nil, sent.failed(err)
	}
	return reply(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, nil), nil
}

func (r RespondRequest) adminInput() *cip.AdminRespondToAuthChallengeInput {
	return &cip.AdminRespondToAuthChallengeInput{
		ChallengeName:      r.Challenge,
		UserPoolId:         aws.String(r.UserPoolID),
		ClientId:           aws.String(r.ClientID),
		ChallengeResponses: r.Responses.Map(),
		Session:            pointer(r.Session),
		AnalyticsMetadata:  r.Options.analytics(),
		ClientMetadata:     r.Options.ClientMetadata,
		ContextData:        r.Options.ContextData,
	}
}

type public struct{ api PublicAPI }

func (t public) Initiate(ctx context.Context, r InitiateRequest) (*Reply, error) {
	var sent attempts
	out, err := t.api.InitiateAuth(ctx, &cip.InitiateAuthInput{
		AuthFlow:          r.Flow,
		ClientId:          aws.String(r.ClientID),
		AuthParameters:    r.Parameters.Map(),
		Session:           pointer(r.Session),
		AnalyticsMetadata: r.Options.analytics(),
		ClientMetadata:    r.Options.ClientMetadata,
		UserContextData:   r.Options.UserContextData,
	}, r.options(&sent)...)
	if err != nil {
		return nil, sent.failed(err)
	}
	return reply(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, out.AvailableChallenges), nil
}

func (t public) Respond(ctx context.Context, r RespondRequest) (*Reply, error) {
	in, err := r.publicInput()
	if err != nil {
		return nil, err
	}
	var sent attempts
	out, err := t.api.RespondToAuthChallenge(ctx, in, sent.once(r.Options.SDK)...)
	if err != nil {
		return nil, sent.failed(err)
	}
	return reply(out.AuthenticationResult, out.ChallengeName, out.ChallengeParameters, out.Session, nil), nil
}

// publicInput refuses the one challenge that the operation does not answer,
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html.
func (r RespondRequest) publicInput() (*cip.RespondToAuthChallengeInput, error) {
	if r.Challenge == types.ChallengeNameTypeAdminNoSrpAuth {
		return nil, &InvalidError{Challenge: r.Challenge, Field: "challenge", Problem: "is answered by the admin API only"}
	}
	return &cip.RespondToAuthChallengeInput{
		ChallengeName:      r.Challenge,
		ClientId:           aws.String(r.ClientID),
		ChallengeResponses: r.Responses.Map(),
		Session:            pointer(r.Session),
		AnalyticsMetadata:  r.Options.analytics(),
		ClientMetadata:     r.Options.ClientMetadata,
		UserContextData:    r.Options.UserContextData,
	}, nil
}

func reply(result *types.AuthenticationResultType, name types.ChallengeNameType, params map[string]string, session *string, available []types.ChallengeNameType) *Reply {
	r := &Reply{
		Challenge:           name,
		Parameters:          own(params),
		Session:             NewSecret(aws.ToString(session)),
		AvailableChallenges: available,
	}
	if result != nil {
		r.Tokens = newTokens(result)
	}
	return r
}

// pointer returns nil for the empty secret: the service takes an empty Session
// for a missing parameter.
func pointer(s Secret) *string {
	if s.IsZero() {
		return nil
	}
	return aws.String(s.Reveal())
}
