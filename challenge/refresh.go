package challenge

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Refresh starts REFRESH_TOKEN_AUTH: new tokens for a refresh token, without
// asking the user. The [Tokens] that follow hold the same refresh token, which
// stays good. The app client needs ALLOW_REFRESH_TOKEN_AUTH.
//
// An app client that rotates its refresh tokens refuses this flow; use
// [Client.GetTokensFromRefreshToken] there. In a pool that tracks devices,
// give CallOptions.Device, the device with which the user signed in.
type Refresh struct {
	// RefreshToken is required.
	RefreshToken Secret

	// Username is [Tokens].Username of the sign-in, never an alias that the
	// user typed: SECRET_HASH is over it. Required when the app client has a
	// secret; it is not sent.
	Username string
}

var _ Flow = Refresh{}

func (s Refresh) begin(t *turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeRefreshTokenAuth)
	f.secret("RefreshToken", "REFRESH_TOKEN", s.RefreshToken)
	if s.Username == "" && !t.config.ClientSecret.IsZero() {
		f.fail("Username", "SECRET_HASH", "is required, because the app client has a secret")
	}
	b, err := f.begun()
	b.username, b.hashed, b.refresh, b.unknown = s.Username, s.Username, s.RefreshToken, TokenInvalid
	return b, err
}

// RefreshAPI is the part of the SDK's client that rotates refresh tokens.
type RefreshAPI interface {
	GetTokensFromRefreshToken(context.Context, *cip.GetTokensFromRefreshTokenInput, ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error)
}

var _ RefreshAPI = (*cip.Client)(nil)

// GetTokensFromRefreshToken gets new tokens for a refresh token, for app
// clients that rotate their refresh tokens; it works for those that do not,
// too. The tokens returned hold the new refresh token where one came, else the
// one that was given. Store it in place of the old: that one is good only for
// the app client's RetryGracePeriodSeconds more.
//
// The operation takes the client's secret itself, so there is no user name to
// get wrong; refresh.Username only goes into the tokens where the access token
// can't be read. Of the options, ClientMetadata, Device and SDK are sent.
//
// The call is sent at most once. When it fails with Error.Ambiguous, call it
// again with the same token if the app client has a grace period; without one
// the user must sign in again. The errors are those of [Client.Start].
func (c *Client) GetTokensFromRefreshToken(ctx context.Context, api RefreshAPI, refresh Refresh, optFns ...func(*CallOptions)) (*Tokens, error) {
	options := newCallOptions(optFns)
	f := newForm(InvalidError{})
	f.secret("RefreshToken", "RefreshToken", refresh.RefreshToken)
	if options.Device != nil {
		f.require("Device.DeviceKey", "DeviceKey", options.Device.DeviceKey)
	}
	values, err := f.done()
	if err != nil {
		return nil, err
	}
	// A revoked token of a client that rotates is refused without any text
	// (captured 2026-09-24, radkawar/stackd).
	made := call{operation: "GetTokensFromRefreshToken", params: NewParams(values), session: c.config.ClientSecret, unknown: TokenInvalid}
	if err := made.notSent(ctx); err != nil {
		return nil, err
	}
	in := &cip.GetTokensFromRefreshTokenInput{
		ClientId:       aws.String(c.config.ClientID),
		RefreshToken:   aws.String(values["RefreshToken"]),
		ClientMetadata: options.ClientMetadata,
		ClientSecret:   pointer(c.config.ClientSecret),
	}
	if key, ok := values["DeviceKey"]; ok {
		in.DeviceKey = aws.String(key)
	}
	var sent attempts
	out, err := api.GetTokensFromRefreshToken(ctx, in, sent.once(options.SDK)...)
	if err != nil {
		return nil, made.refusal(sent.failed(err))
	}
	if out.AuthenticationResult == nil {
		return nil, &MalformedError{Key: "AuthenticationResult", Problem: "is missing"}
	}
	tokens, err := newTokens(out.AuthenticationResult).from(&Issued{Username: refresh.Username})
	if err != nil {
		return nil, err
	}
	tokens.keep(refresh.RefreshToken)
	return tokens, nil
}
