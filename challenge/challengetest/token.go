package challengetest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// tokenValidity is the service's default for access and ID tokens,
// refreshValidity that for refresh tokens.
const (
	tokenValidity   = time.Hour
	refreshValidity = 30 * 24 * time.Hour
)

// refreshTokenSize makes refresh tokens of about the real length, 1.7 kB.
const refreshTokenSize = 1300

type authenticationResult struct {
	AccessToken  string
	ExpiresIn    int
	IdToken      string
	RefreshToken string `json:",omitempty"`
	TokenType    string

	NewDeviceMetadata *deviceMetadata `json:",omitempty"`
}

// finish ends a sign-in with tokens, but for the proof of a remembered device.
func (c *call) finish() (*authReply, error) {
	if c.deviceDue() {
		return c.ask(types.ChallengeNameTypeDeviceSrpAuth)
	}
	u := c.signIn.user
	u.signedIn = true
	u.passwordLock, u.codeLock = lockout{}, lockout{}
	g := &grant{
		user: c.signIn.user, client: c.client, originJTI: uuid(), eventID: c.requestID, at: c.now,
		device: c.knownDevice(), signOuts: c.signIn.user.signOuts,
	}
	result, err := c.issueTokens(g)
	if err != nil {
		return nil, err
	}
	if c.tracking != nil && g.device == nil {
		g.device = c.nameDevice(g)
		result.NewDeviceMetadata = &deviceMetadata{g.device.groupKey, g.device.key}
	}
	c.signIns.put(g.eventID, g)
	result.RefreshToken = c.addRefreshToken(g)
	return &authReply{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// issueTokens makes an access token and an ID token with exactly the claims
// captured in radkawar/stackd (2026-09-24), and the user's attributes.
func (c *call) issueTokens(g *grant) (*authenticationResult, error) {
	claims := func(use string) map[string]any {
		return map[string]any{
			"sub":        g.user.sub,
			"iss":        c.issuer(),
			"origin_jti": g.originJTI,
			"event_id":   g.eventID,
			"token_use":  use,
			"auth_time":  g.at.Unix(),
			"iat":        c.now.Unix(),
			"exp":        c.now.Add(tokenValidity).Unix(),
			"jti":        uuid(),
		}
	}
	access := claims("access")
	access["client_id"] = g.client.id
	access["scope"] = "aws.cognito.signin.user.admin"
	access["username"] = g.user.name
	first := g.current == ""
	if !g.client.revokes && (first || !g.client.rotates) {
		delete(access, "origin_jti")
	}

	id := make(map[string]any)
	for name, value := range g.user.attributes {
		id[name] = value
		if strings.HasSuffix(name, "_verified") {
			id[name] = value == "true"
		}
	}
	maps.Copy(id, claims("id"))
	id["aud"] = g.client.id
	id["cognito:username"] = g.user.name
	if !g.client.revokes && !g.client.rotates {
		delete(id, "origin_jti")
		delete(id, "jti")
	}

	keys := signingKeys()
	accessToken, err := keys.access.sign(access)
	if err != nil {
		return nil, err
	}
	idToken, err := keys.id.sign(id)
	if err != nil {
		return nil, err
	}
	return &authenticationResult{
		AccessToken: accessToken,
		ExpiresIn:   int(tokenValidity / time.Second),
		IdToken:     idToken,
		TokenType:   "Bearer",
	}, nil
}

// authorize returns the user of the request's access token.
func (c *call) authorize() (*user, error) {
	parts := strings.Split(c.in.accessToken, ".")
	if len(parts) != 3 {
		return nil, badAccessToken
	}
	var claims struct {
		Issuer   string `json:"iss"`
		Use      string `json:"token_use"`
		Username string `json:"username"`
		Expires  int64  `json:"exp"`
		EventID  string `json:"event_id"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil || claims.Use != "access" || claims.Issuer != c.issuer() {
		return nil, badAccessToken
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !signingKeys().access.verify(parts[0]+"."+parts[1], signature) {
		return nil, badTokenSignature
	}
	if c.now.Unix() >= claims.Expires {
		return nil, accessExpired
	}
	c.grant, _ = c.signIns.get(claims.EventID)
	u := c.users[claims.Username]
	switch {
	case u == nil && c.grant != nil:
		return nil, userNotFound // any more (captured)
	case u == nil:
		return nil, badAccessToken // of another pool with this id
	case u.disabled:
		return nil, userDisabled
	case c.grant != nil && c.grant.over():
		return nil, accessRevoked
	}
	return u, nil
}

func getUser(c *call) (any, error) {
	u, err := c.authorize()
	if err != nil {
		return nil, err
	}
	type attribute struct{ Name, Value string }
	attributes := []attribute{{"sub", u.sub}}
	for _, name := range slices.Sorted(maps.Keys(u.attributes)) {
		attributes = append(attributes, attribute{name, u.attributes[name]})
	}
	reply := map[string]any{"Username": u.name, "UserAttributes": attributes}
	if len(u.factors) > 0 {
		reply["UserMFASettingList"] = u.factors
	}
	if u.preferred != "" {
		reply["PreferredMfaSetting"] = u.preferred
	}
	return reply, nil
}

func (p *pool) region() string {
	region, _, _ := strings.Cut(p.id, "_")
	return region
}

func (p *pool) issuer() string {
	return "https://cognito-idp." + p.region() + ".amazonaws.com/" + p.id
}

// A signingKey signs the tokens of one kind.
type signingKey struct {
	private *rsa.PrivateKey
	kid     string
}

type keyPair struct{ id, access signingKey }

// signingKeys returns the keys of all pools of the process: making RSA keys
// takes longer than most tests.
var signingKeys = sync.OnceValue(func() keyPair { return keyPair{newSigningKey(), newSigningKey()} })

func newSigningKey() signingKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // unreachable: crypto/rand doesn't fail
	}
	// 44 characters of standard base64, as the service's key ids.
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return signingKey{key, base64.StdEncoding.EncodeToString(sum[:])}
}

// sign returns a JWT. Its header has no "typ", like the service's.
func (k signingKey) sign(claims map[string]any) (string, error) {
	header := struct {
		Kid string `json:"kid"`
		Alg string `json:"alg"`
	}{k.kid, "RS256"}
	text := base64.RawURLEncoding.EncodeToString(marshal(header)) + "." + base64.RawURLEncoding.EncodeToString(marshal(claims))
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, digest[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

func (k signingKey) verify(text string, signature []byte) bool {
	digest := sha256.Sum256([]byte(text))
	return rsa.VerifyPKCS1v15(&k.private.PublicKey, crypto.SHA256, digest[:], signature) == nil
}

// jwks returns the JSON Web Key Set, with the members that the service gives.
func jwks() []byte {
	type jwk struct {
		Alg string `json:"alg"`
		E   string `json:"e"`
		Kid string `json:"kid"`
		Kty string `json:"kty"`
		N   string `json:"n"`
		Use string `json:"use"`
	}
	set := struct {
		Keys []jwk `json:"keys"`
	}{}
	keys := signingKeys()
	for _, k := range []signingKey{keys.id, keys.access} {
		set.Keys = append(set.Keys, jwk{
			Alg: "RS256",
			E:   base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
			Kid: k.kid,
			Kty: "RSA",
			N:   base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
			Use: "sig",
		})
	}
	return marshal(set)
}
