package challengetest

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// What this file does was captured in radkawar/stackd (2026-09-24), but for
// what is marked and for the rule about devices.

// A grant is a sign-in that ended with tokens, and the family of refresh tokens
// that descends from it. Its first fields stay the same in all tokens made from
// it.
type grant struct {
	user      *user
	client    *client
	originJTI string
	eventID   string // the request id of the sign-in
	at        time.Time
	device    *device // that was given or named; nil if the pool tracks none

	signOuts int  // those of the user when this began
	revoked  bool // by RevokeToken

	// Of the refresh tokens the newest is good, and for a while the one before
	// it. Any other one has been used.
	current, previous string
	rotated           time.Time // when previous was used first
}

// over reports whether nothing of the grant is good any more.
func (g *grant) over() bool { return g.revoked || g.signOuts < g.user.signOuts }

// addRefreshToken puts a new refresh token in the place of the current one.
func (c *call) addRefreshToken(g *grant) string {
	g.current = base64.RawURLEncoding.EncodeToString(random(refreshTokenSize))
	c.grants.put(g.current, g)
	return g.current
}

// openGrant returns the grant of a refresh token that is as good as it can be
// known without the app client's secret.
func (c *call) openGrant(token string) (*grant, error) {
	g, ok := c.grants.get(token)
	switch {
	case !ok:
		return nil, badRefreshToken
	case g.client != c.client:
		return nil, otherClientsToken
	}
	return g, nil
}

// checkGrant refuses a refresh.
func (c *call) checkGrant(g *grant, token, deviceKey string) error {
	switch {
	case c.users[g.user.name] != g.user:
		return refreshUserDeleted
	case g.user.disabled:
		return userDisabled
	case c.now.Sub(g.at) >= refreshValidity:
		return refreshExpired
	case g.over() && c.client.rotates:
		return refreshRevokedRotating
	case g.over():
		return refreshRevoked
	// With tracked devices only the confirmed device of the sign-in can refresh
	// (developer guide; aws-amplify/amplify-android#2490).
	case g.device != nil && (deviceKey != g.device.key || g.user.device(deviceKey) == nil):
		return deviceCannotRefresh
	case token == g.current, token == g.previous && c.now.Sub(g.rotated) < c.client.grace:
		return nil
	}
	return refreshReused
}

// startRefresh starts REFRESH_TOKEN_AUTH. There is no USERNAME: SECRET_HASH is
// over the token's own user name (aws/aws-sdk-net-extensions-cognito#94).
func startRefresh(c *call) (*authReply, error) {
	if err := c.require("REFRESH_TOKEN"); err != nil {
		return nil, err
	}
	token := c.params["REFRESH_TOKEN"]
	g, err := c.openGrant(token)
	if err != nil {
		return nil, err
	}
	if err := c.client.checkHash(g.user.name, c.params["SECRET_HASH"], badRefreshHash); err != nil {
		return nil, err
	}
	if err := c.checkGrant(g, token, c.params["DEVICE_KEY"]); err != nil {
		return nil, err
	}
	result, err := c.issueTokens(g)
	if err != nil {
		return nil, err
	}
	return &authReply{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// getTokensFromRefreshToken takes the app client's secret as it is, where
// InitiateAuth takes a hash.
func getTokensFromRefreshToken(c *call) (any, error) {
	if c.in.refreshToken == "" {
		return nil, invalidMember("refreshToken", "not be null")
	}
	if err := c.openClient(); err != nil {
		return nil, err
	}
	switch {
	case c.client.secret == "": // a needless one is ignored
	case c.in.clientSecret == "":
		return nil, missingSecret(c.client.id)
	case !c.client.hasSecret(c.in.clientSecret):
		return nil, badSecretHash(c.client.id) // with these words
	}
	g, err := c.openGrant(c.in.refreshToken)
	if err != nil {
		return nil, err
	}
	if err := c.checkGrant(g, c.in.refreshToken, c.in.deviceKey); err != nil {
		return nil, err
	}
	result, err := c.issueTokens(g)
	if err != nil {
		return nil, err
	}
	if c.client.rotates {
		// Within the grace period the previous one may come again. It gets
		// another new token, which displaces the one before, used or not, and
		// no more time.
		if c.in.refreshToken == g.current {
			g.previous, g.rotated = g.current, c.now
		}
		result.RefreshToken = c.addRefreshToken(g)
	}
	return struct{ AuthenticationResult *authenticationResult }{result}, nil
}

// revokeToken revokes the whole family of a refresh token, access tokens
// included. A token that is not known is no error (unsure), so that it is none
// either to revoke one twice.
func revokeToken(c *call) (any, error) {
	if c.in.token == "" {
		return nil, invalidMember("token", "not be null")
	}
	if c.in.clientID == "" {
		return nil, invalidMember("clientId", "not be null")
	}
	c.client = c.clients[c.in.clientID]
	switch {
	case c.client == nil, c.client.secret != "" && !c.client.hasSecret(c.in.clientSecret):
		return nil, badClientOrSecret
	case !c.client.revokes:
		return nil, revocationDisabled
	case strings.Count(c.in.token, ".") == 2: // an access or ID token
		return nil, notARefreshToken
	}
	g, ok := c.grants.get(c.in.token)
	switch {
	case !ok:
		return struct{}{}, nil
	case g.client != c.client:
		return nil, badClientOrSecret // unsure
	}
	g.revoked = true
	return struct{}{}, nil
}

// signOut is GlobalSignOut and AdminUserGlobalSignOut. Sign-ins are counted and
// not timed: one right after it is good.
func signOut(c *call) (any, error) {
	u, err := c.owner()
	if err != nil {
		return nil, err
	}
	u.signOuts++
	return struct{}{}, nil
}

func (c *client) hasSecret(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(secret), []byte(c.secret)) == 1
}

func isRefresh(flow types.AuthFlowType) bool {
	return flow == types.AuthFlowTypeRefreshTokenAuth || flow == types.AuthFlowTypeRefreshToken
}

var (
	badRefreshToken        = notAuthorized("Invalid Refresh Token")
	deviceCannotRefresh    = notAuthorized("Invalid Refresh Token.") // aws-amplify/amplify-android#2490
	refreshExpired         = notAuthorized("Refresh Token has expired")
	refreshRevoked         = notAuthorized("Refresh Token has been revoked")
	refreshRevokedRotating = notAuthorized("") // no message at all
	refreshUserDeleted     = notAuthorized("The user has been deleted for the associated refresh token")
	otherClientsToken      = notAuthorized("Refresh Token has different Client")
	refreshReused          = fail("RefreshTokenReuseException", "Refresh token reuse detected")
	refreshMustRotate      = fail("UnsupportedOperationException", "This API does not support refresh token rotation")
	revocationDisabled     = fail("UnsupportedOperationException", "This feature is not enabled for this client")
	badClientOrSecret      = fail("UnauthorizedException", "Invalid client or secret")
	notARefreshToken       = fail("UnsupportedTokenTypeException", "Unsupported token type") // unsure
	accessRevoked          = notAuthorized("Access Token has been revoked")
)

func missingSecret(clientID string) *failure {
	return notAuthorized(fmt.Sprintf("Client %s is configured for secret but secret was not received", clientID))
}
