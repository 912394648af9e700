package challengetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// maxBody is more than any request of a real client needs.
const maxBody = 1 << 20

const targetPrefix = "AWSCognitoIdentityProviderService."

// Client returns an SDK client that reaches the pool in process: with the
// SDK's own serialisation, middleware and errors, but without a socket. It is
// signed with credentials that are worth nothing. optFns are applied last; one
// that replaces HTTPClient makes the client call somewhere else. Each call makes
// a new client, which is safe for concurrent use.
func (p *Pool) Client(optFns ...func(*cognitoidentityprovider.Options)) *cognitoidentityprovider.Client {
	in := p.open()
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: in.region(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "challengetest", SecretAccessKey: "challengetest"}, nil
		}),
		HTTPClient: smithyhttp.ClientDoFunc(in.roundTrip),
	}, optFns...)
}

// Handler returns an http.Handler that serves the pool to any client: the API
// to POST requests of whatever path, with a body of 1 MiB at most, and the
// pool's JWKS at /<user pool id>/.well-known/jwks.json.
func (p *Pool) Handler() http.Handler {
	in := p.open()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in.serve(r).send(w, r)
	})
}

func (p *pool) roundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return p.serve(r).deliver(r)
}

// serve answers one HTTP request.
func (p *pool) serve(r *http.Request) response {
	c := &call{pool: p, requestID: uuid(), now: p.now()}
	header := http.Header{"X-Amzn-Requestid": {c.requestID}}
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/"+p.id+"/.well-known/jwks.json":
		header.Set("Content-Type", "application/json")
		return response{status: http.StatusOK, header: header, body: jwks()}
	case r.Method != http.MethodPost:
		return response{status: http.StatusNotFound, header: header}
	}
	header.Set("Content-Type", "application/x-amz-json-1.1")
	operation, err := c.read(r)
	if err != nil {
		return refuse(header, err)
	}
	made := Call{Operation: operation, ChallengeName: types.ChallengeNameType(c.in.challengeName)}
	fault := p.takeFault(made.Operation, made.ChallengeName)
	if fault != nil {
		made.Fault = fault.Kind
	}
	out := response{header: header}
	if fault == nil || fault.After {
		reply, err := c.serve(operation)
		if err == nil {
			out = response{status: http.StatusOK, header: header, body: marshal(reply)}
		} else {
			out = refuse(header, err)
			made.Code = asFailure(err).code
		}
		made.Acted = true
	}
	p.note(made)
	if fault != nil {
		out = out.spoil(fault.Kind)
	}
	return out
}

func asFailure(err error) *failure {
	var f *failure
	if !errors.As(err, &f) {
		f = internalError
	}
	return f
}

func refuse(header http.Header, err error) response {
	f := asFailure(err)
	header.Set("X-Amzn-Errortype", f.code+":")
	return response{status: f.status, header: header, body: f.body()}
}

// marshal returns compact JSON as the service writes it, without HTML escapes.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // unreachable: v is made of strings, numbers, lists and maps of them
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// operations are the operations of the API that the pool has.
var operations = map[string]func(*call) (any, error){
	"InitiateAuth":                initiateAuth,
	"AdminInitiateAuth":           initiateAuth,
	"RespondToAuthChallenge":      respondToAuthChallenge,
	"AdminRespondToAuthChallenge": respondToAuthChallenge,
	"AssociateSoftwareToken":      associateSoftwareToken,
	"VerifySoftwareToken":         verifySoftwareToken,
	"SetUserMFAPreference":        setUserMFAPreference,
	"GetUser":                     getUser,

	"StartWebAuthnRegistration":    startWebAuthnRegistration,
	"CompleteWebAuthnRegistration": completeWebAuthnRegistration,
	"ListWebAuthnCredentials":      listWebAuthnCredentials,
	"DeleteWebAuthnCredential":     deleteWebAuthnCredential,
	"GetTokensFromRefreshToken":    getTokensFromRefreshToken,
	"RevokeToken":                  revokeToken,
	"GlobalSignOut":                signOut,
	"AdminUserGlobalSignOut":       signOut,
	"AdminDisableUser":             adminDisableUser,
	"AdminEnableUser":              adminEnableUser,
	"AdminDeleteUser":              adminDeleteUser,
	"ConfirmDevice":                confirmDevice,
	"UpdateDeviceStatus":           updateDeviceStatus,
	"AdminUpdateDeviceStatus":      updateDeviceStatus,
	"ForgetDevice":                 forgetDevice,
	"AdminForgetDevice":            forgetDevice,
	"GetDevice":                    getDevice,
	"AdminGetDevice":               getDevice,
	"ListDevices":                  listDevices,
	"AdminListDevices":             listDevices,
}

// A call is one request while it is being answered, with the pool locked.
type call struct {
	*pool
	requestID string
	now       time.Time
	admin     bool // an operation for servers, by its name
	in        input
	sent      []Message

	// Of a sign-in:
	client  *client
	params  map[string]string // AuthParameters or ChallengeResponses
	signIn  *signIn
	session *session // what is being answered; nil in InitiateAuth

	grant *grant // whose access token authorizes the call; nil if that is not known any more
}

// read reads the request and returns its operation.
func (c *call) read(r *http.Request) (operation string, err error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if !ok || operations[name] == nil {
		return "", unknownOperation(name)
	}
	// Public operations ignore even a broken header (radkawar/stackd, captured
	// 2026-09-24).
	c.admin = strings.HasPrefix(name, "Admin")
	if c.admin && r.Header.Get("Authorization") == "" {
		return "", missingAuthentication
	}
	return name, c.in.read(r.Body)
}

// serve lets the pool act on the request.
func (c *call) serve(operation string) (any, error) {
	c.mu.Lock()
	defer func() {
		c.mu.Unlock()
		for _, m := range c.sent {
			c.onMessage(m)
		}
	}()
	return operations[operation](c)
}

// unlocked runs f, which takes time or calls back, with the pool unlocked.
// Whatever the call relies on must be read before, and claimed: another call
// may come in between.
func (c *call) unlocked(f func()) {
	c.mu.Unlock()
	defer c.mu.Lock()
	f()
}

// An input holds the members of all operations' inputs that the pool reads.
type input struct {
	userPoolID, clientID          string
	authFlow, challengeName       string
	session, accessToken          string
	userCode, friendlyDeviceName  string
	authParameters, responses     map[string]string
	clientMetadata                map[string]string
	username                      string
	refreshToken, token           string
	clientSecret                  string
	deviceKey, deviceName         string
	deviceStatus                  string
	deviceVerifier                *deviceVerifier
	smsMFA, emailMFA, softwareMFA *mfaSetting
	credentialID                  string
	credential                    json.RawMessage
}

func (in *input) read(body io.Reader) error {
	if body == nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return serialization(errors.New("the body can't be read"))
	}
	if len(text) > maxBody {
		return tooLarge
	}
	if len(text) == 0 {
		return nil
	}
	// Not a struct with field tags: encoding/json would take members of
	// another letter case for the real ones.
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return serialization(err)
	}
	for name, to := range map[string]any{
		"UserPoolId":                 &in.userPoolID,
		"ClientId":                   &in.clientID,
		"AuthFlow":                   &in.authFlow,
		"ChallengeName":              &in.challengeName,
		"Session":                    &in.session,
		"AccessToken":                &in.accessToken,
		"UserCode":                   &in.userCode,
		"FriendlyDeviceName":         &in.friendlyDeviceName,
		"AuthParameters":             &in.authParameters,
		"ChallengeResponses":         &in.responses,
		"ClientMetadata":             &in.clientMetadata,
		"Username":                   &in.username,
		"RefreshToken":               &in.refreshToken,
		"Token":                      &in.token,
		"ClientSecret":               &in.clientSecret,
		"DeviceKey":                  &in.deviceKey,
		"DeviceName":                 &in.deviceName,
		"DeviceRememberedStatus":     &in.deviceStatus,
		"DeviceSecretVerifierConfig": &in.deviceVerifier,
		"SMSMfaSettings":             &in.smsMFA,
		"CredentialId":               &in.credentialID,
		"Credential":                 &in.credential,
		"EmailMfaSettings":           &in.emailMFA,
		"SoftwareTokenMfaSettings":   &in.softwareMFA,
	} {
		if value, ok := members[name]; ok {
			if err := json.Unmarshal(value, to); err != nil {
				return serialization(errors.New(name + " has the wrong type"))
			}
		}
	}
	return nil
}
