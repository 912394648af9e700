package challengetest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

const deviceGone = "Device does not exist."

// always makes a pool remember confirmed devices at once, and ask them for a
// proof instead of a second factor.
var always = &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}

// withSMS gives a user SMS_MFA.
func withSMS(u *challengetest.User) {
	u.Attributes = texts{"phone_number": "+15550100"}
	u.MFA = []types.ChallengeNameType{sms}
}

// A testDevice is a device with all that a client keeps of it.
type testDevice struct {
	key, group string
	made       *srp.Device
	result     object // of the sign-in
}

// signInWithCode signs alice in by password and SMS_MFA.
func signInWithCode(t testing.TB, p *challengetest.Pool, params texts) object {
	t.Helper()
	asked := passwordStart(t, p, params).asks("SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "USER_ID_FOR_SRP")
	return asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}).tokens()
}

// passwordStart starts USER_PASSWORD_AUTH for alice.
func passwordStart(t testing.TB, p *challengetest.Pool, params texts) reply {
	t.Helper()
	all := texts{"USERNAME": "alice", "PASSWORD": right}
	maps.Copy(all, params)
	return call(t, p, "InitiateAuth", object{"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": all})
}

// named returns the device that a sign-in named, with a password made for it.
func named(t testing.TB, result object) testDevice {
	t.Helper()
	metadata, ok := result["NewDeviceMetadata"].(object)
	if !ok {
		t.Fatalf("no NewDeviceMetadata in %v", slices.Sorted(maps.Keys(result)))
	}
	if diff := cmp.Diff([]string{"DeviceGroupKey", "DeviceKey"}, slices.Sorted(maps.Keys(metadata))); diff != "" {
		t.Fatalf("members (-want +got):\n%s", diff)
	}
	d := testDevice{key: metadata["DeviceKey"].(string), group: metadata["DeviceGroupKey"].(string), result: result}
	var err error
	if d.made, err = srp.NewDevice(d.group, d.key); err != nil {
		t.Fatal(err)
	}
	return d
}

// confirm calls ConfirmDevice.
func (d testDevice) confirm(t testing.TB, p *challengetest.Pool, edit ...func(object)) reply {
	t.Helper()
	body := object{
		"AccessToken": d.result["AccessToken"], "DeviceKey": d.key, "DeviceName": "laptop",
		"DeviceSecretVerifierConfig": object{"Salt": d.made.Salt(), "PasswordVerifier": d.made.Verifier()},
	}
	for _, e := range edit {
		e(body)
	}
	return call(t, p, "ConfirmDevice", body)
}

// confirmed returns a new device of alice's that is confirmed.
func confirmed(t testing.TB, p *challengetest.Pool) testDevice {
	t.Helper()
	d := named(t, signInWithCode(t, p, nil))
	d.confirm(t, p).ok("UserConfirmationNecessary")
	return d
}

// prove answers DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER. edit changes the
// responses to both.
func (d testDevice) prove(t testing.TB, p *challengetest.Pool, asked reply, at time.Time, edit ...func(texts)) reply {
	t.Helper()
	asked.asks("DEVICE_SRP_AUTH", slices.Collect(maps.Keys(asked.params()))...)
	client := srp.NewClient()
	responses := texts{"USERNAME": "alice", "DEVICE_KEY": d.key, "SRP_A": client.A()}
	for _, e := range edit {
		e(responses)
	}
	verifier := asked.answer(p, responses)
	if verifier.status != 200 {
		return verifier
	}
	verifier.asks("DEVICE_PASSWORD_VERIFIER", "DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME")
	if verifier.param("DEVICE_KEY") != d.key || verifier.param("USERNAME") != "alice" {
		t.Errorf("got %v", verifier.params())
	}
	signature, timestamp, err := client.Claim(srp.Challenge{
		Scope: d.group, Identity: d.key, Salt: verifier.param("SALT"), B: verifier.param("SRP_B"), SecretBlock: verifier.param("SECRET_BLOCK"),
	}, d.made.Password(), at)
	if err != nil {
		t.Fatal(err)
	}
	responses = texts{
		"USERNAME": "alice", "DEVICE_KEY": d.key, "TIMESTAMP": timestamp,
		"PASSWORD_CLAIM_SIGNATURE": signature, "PASSWORD_CLAIM_SECRET_BLOCK": verifier.param("SECRET_BLOCK"),
	}
	for _, e := range edit {
		e(responses)
	}
	return verifier.answer(p, responses)
}

func TestDeviceReplacesSecondFactor(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(withSMS), DeviceConfiguration: always, Now: now.now})
	d := confirmed(t, p)
	if !regexp.MustCompile(`^eu-west-1_[0-9a-f-]{36}$`).MatchString(d.key) || !regexp.MustCompile(`^-[\w-]{8}$`).MatchString(d.group) {
		t.Errorf("key %s, group %s", d.key, d.group)
	}
	withKey := texts{"DEVICE_KEY": d.key}

	result := d.prove(t, p, passwordStart(t, p, withKey).asks("DEVICE_SRP_AUTH", "USER_ID_FOR_SRP"), now.t).tokens()
	if result["NewDeviceMetadata"] != nil {
		t.Error("a known device is named anew")
	}
	if claims(t, p, result["AccessToken"])["device_key"] != nil {
		t.Error("none of the captured tokens has a device_key")
	}
	// Each sign-in without a device names another one.
	if other := named(t, signInWithCode(t, p, nil)); other.key == d.key || other.group == d.group {
		t.Error("the same device again")
	}

	// After SRP it is the proof's DEVICE_KEY that counts, and nothing else.
	srpSignIn(t, p, "alice", right, now.t).asks("SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION")
	asked := srpSignIn(t, p, "alice", right, now.t, func(r texts) { r["DEVICE_KEY"] = d.key }).asks("DEVICE_SRP_AUTH")
	d.prove(t, p, asked, now.t).tokens()

	// A password is needed all the same, and a new one before the device.
	passwordStart(t, p, texts{"DEVICE_KEY": d.key, "PASSWORD": wrong}).fails(notAuthorized, badCredentials)

	// A second factor that was given with DEVICE_KEY does not save the proof.
	asked = passwordStart(t, p, nil)
	asked = asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal(), "DEVICE_KEY": d.key}).asks("DEVICE_SRP_AUTH")
	d.prove(t, p, asked, now.t).tokens()
}

func TestDeviceProofsThatAreRefused(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Users: append(alice(withSMS), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}), DeviceConfiguration: always, Now: now.now,
	})
	d, second := confirmed(t, p), confirmed(t, p)
	start := func() reply { return passwordStart(t, p, texts{"DEVICE_KEY": d.key}) }
	set := func(key, value string) func(texts) {
		return func(r texts) {
			if r[key] != "" {
				r[key] = value
			}
		}
	}
	for _, test := range []struct {
		name       string
		edit       func(texts)
		code, text string
	}{
		{"no device", func(r texts) { delete(r, "DEVICE_KEY") }, invalidParameter, "Missing required parameter DEVICE_KEY"},
		{"no device in the proof", func(r texts) {
			if r["SRP_A"] == "" {
				delete(r, "DEVICE_KEY")
			}
		}, invalidParameter, "Missing required parameter DEVICE_KEY"},
		{"no SRP_A", func(r texts) { delete(r, "SRP_A") }, invalidParameter, "Missing required parameter SRP_A"},
		{"unknown device", set("DEVICE_KEY", "x"), "ResourceNotFoundException", deviceGone},
		{"another device in the proof", func(r texts) {
			if r["SRP_A"] == "" {
				r["DEVICE_KEY"] = second.key
			}
		}, notAuthorized, badCredentials},
		{"the other device in all", set("DEVICE_KEY", second.key), "", ""}, // signed by the wrong one: see below
		{"no user", func(r texts) { delete(r, "USERNAME") }, invalidParameter, "Missing required parameter USERNAME"},
		{"another user", set("USERNAME", "bob"), notAuthorized, invalidSession},
		{"no signature", set("PASSWORD_CLAIM_SIGNATURE", ""), invalidParameter, "Missing required parameter PASSWORD_CLAIM_SIGNATURE"},
		{"signature", set("PASSWORD_CLAIM_SIGNATURE", "eA=="), notAuthorized, badCredentials},
		{"block", set("PASSWORD_CLAIM_SECRET_BLOCK", "eA=="), notAuthorized, badCredentials},
		{"timestamp", set("TIMESTAMP", "Thu Mar 4 05:06:08 UTC 2027"), notAuthorized, badCredentials},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.code == "" {
				// The second device proves itself in a sign-in that was begun with
				// the first: both are the user's.
				second.prove(t, p, start(), now.t).tokens()
				return
			}
			d.prove(t, p, start(), now.t, test.edit).fails(test.code, test.text)
		})
	}
	t.Run("wrong password of the device", func(t *testing.T) {
		stranger := d
		var err error
		if stranger.made, err = srp.NewDevice(d.group, d.key); err != nil {
			t.Fatal(err)
		}
		stranger.prove(t, p, start(), now.t).fails(notAuthorized, badCredentials)
	})
	t.Run("wrong group", func(t *testing.T) {
		stranger := d
		stranger.group = second.group
		stranger.prove(t, p, start(), now.t).fails(notAuthorized, badCredentials)
	})
	t.Run("late", func(t *testing.T) {
		asked := start()
		now.advance(challengetest.DefaultAuthSessionValidity)
		d.prove(t, p, asked, now.t).fails(notAuthorized, expired)
	})
	t.Run("not remembered any more", func(t *testing.T) {
		asked := start()
		call(t, p, "UpdateDeviceStatus", object{"AccessToken": d.result["AccessToken"], "DeviceKey": d.key, "DeviceRememberedStatus": "not_remembered"}).ok()
		d.prove(t, p, asked, now.t).fails(notAuthorized, badCredentials)
	})
}

// TestDeviceWithoutSession is how AWS's example in Python, pycognito and
// Amplify Android answer the two challenges.
func TestDeviceWithoutSession(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Clients:             []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}, {ID: "other", AuthFlows: allFlows}},
		Users:               append(alice(withSMS), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
		DeviceConfiguration: always, Now: now.now,
	})
	d := confirmed(t, p)
	respond := func(name string, responses texts, client string) reply {
		return call(t, p, "RespondToAuthChallenge", object{"ClientId": client, "ChallengeName": name, "ChallengeResponses": responses})
	}
	client := srp.NewClient()
	begin := texts{"USERNAME": "alice", "DEVICE_KEY": d.key, "SRP_A": client.A()}
	respond("DEVICE_SRP_AUTH", begin, "client").fails(notAuthorized, invalidSession) // nothing was asked

	passwordStart(t, p, texts{"DEVICE_KEY": d.key}).asks("DEVICE_SRP_AUTH", "USER_ID_FOR_SRP")
	respond("DEVICE_SRP_AUTH", texts{"USERNAME": "alice", "SRP_A": "2"}, "client").fails(invalidParameter, "Missing required parameter DEVICE_KEY")
	respond("DEVICE_SRP_AUTH", texts{"USERNAME": "alice", "SRP_A": "2", "DEVICE_KEY": "x"}, "client").fails("ResourceNotFoundException", deviceGone)
	respond("DEVICE_SRP_AUTH", texts{"USERNAME": "bob", "SRP_A": "2", "DEVICE_KEY": d.key}, "client").fails("ResourceNotFoundException", deviceGone)
	respond("DEVICE_SRP_AUTH", texts{"USERNAME": "carol", "SRP_A": "2", "DEVICE_KEY": d.key}, "client").fails(notAuthorized, invalidSession)
	respond("DEVICE_SRP_AUTH", begin, "other").fails(notAuthorized, invalidSession)
	respond("DEVICE_PASSWORD_VERIFIER", begin, "client").fails(notAuthorized, invalidSession)
	asked := respond("DEVICE_SRP_AUTH", begin, "client")
	respond("DEVICE_SRP_AUTH", begin, "client").fails(notAuthorized, invalidSession)
	signature, timestamp, err := client.Claim(srp.Challenge{
		Scope: d.group, Identity: d.key, Salt: asked.param("SALT"), B: asked.param("SRP_B"), SecretBlock: asked.param("SECRET_BLOCK"),
	}, d.made.Password(), now.t)
	if err != nil {
		t.Fatal(err)
	}
	proof := texts{
		"USERNAME": "alice", "DEVICE_KEY": d.key, "TIMESTAMP": timestamp,
		"PASSWORD_CLAIM_SIGNATURE": signature, "PASSWORD_CLAIM_SECRET_BLOCK": asked.param("SECRET_BLOCK"),
	}
	respond("DEVICE_PASSWORD_VERIFIER", proof, "client").tokens()
	respond("DEVICE_PASSWORD_VERIFIER", proof, "client").fails(notAuthorized, usedOnce)
}

func TestUnknownDevice(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Users:    append(alice(withSMS), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
		Triggers: riddle(), DeviceConfiguration: always, Now: now.now,
	})
	theirs, unconfirmed := confirmed(t, p), named(t, signInWithCode(t, p, nil))
	notFound := func(r reply) { t.Helper(); r.fails("ResourceNotFoundException", deviceGone) }
	unknown := texts{"DEVICE_KEY": "eu-west-1_x"}

	// Where the first factor is given or the triggers are asked.
	notFound(passwordStart(t, p, unknown))
	notFound(passwordStart(t, p, texts{"DEVICE_KEY": unconfirmed.key}))
	notFound(call(t, p, "AdminInitiateAuth", object{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": texts{
		"USERNAME": "bob", "PASSWORD": right, "DEVICE_KEY": theirs.key,
	}}))
	notFound(customStart(t, p, texts{"USERNAME": "alice", "DEVICE_KEY": "x"}))
	passwordStart(t, p, texts{"DEVICE_KEY": ""}).asks("SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "USER_ID_FOR_SRP")

	// Not where SRP begins, but with the proof, which is good once more without.
	c := srp.NewClient()
	asked := call(t, p, "InitiateAuth", object{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": "alice", "SRP_A": c.A(), "DEVICE_KEY": "x"}})
	conversation := srpConversation{c, asked.asks("PASSWORD_VERIFIER", srpParams...)}
	notFound(srpAnswer(t, p, conversation, right, now.t, func(r texts) { r["DEVICE_KEY"] = "x" })())
	coded := srpAnswer(t, p, conversation, right, now.t)()

	// So with any other answer.
	code := texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal(), "DEVICE_KEY": "x"}
	notFound(coded.answer(p, code))
	delete(code, "DEVICE_KEY")
	coded.answer(p, code).tokens()
	custom := customStart(t, p, texts{"USERNAME": "alice"})
	notFound(custom.answer(p, texts{"USERNAME": "alice", "ANSWER": "42", "DEVICE_KEY": "x"}))
	custom.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).tokens()
}

func TestDevicesAndCustom(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(withSMS), Triggers: riddle(), DeviceConfiguration: always, Now: now.now})
	d := confirmed(t, p)
	asked := customStart(t, p, texts{"USERNAME": "alice", "DEVICE_KEY": d.key}).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
	asked = asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).asks("DEVICE_SRP_AUTH")
	if result := d.prove(t, p, asked, now.t).tokens(); result["NewDeviceMetadata"] != nil {
		t.Error("a known device is named anew")
	}
	asked = customStart(t, p, texts{"USERNAME": "alice"})
	named(t, asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).tokens())
}

// TestDeviceConfigurations is when a device saves a second factor.
func TestDeviceConfigurations(t *testing.T) {
	now := newClock()
	const smsCode, device = "SMS_MFA", "DEVICE_SRP_AUTH"
	for _, test := range []struct {
		name       string
		tracking   *types.DeviceConfigurationType
		ask        bool   // UserConfirmationNecessary
		atFirst    string // asked of the confirmed device
		remembered string // once it is remembered
		afterwards string // after that
		notAnyMore string // once it is not remembered
		factorless string // of a remembered device whose user has no second factor
	}{
		{"always, instead", &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}, false, device, device, "", smsCode, device},
		{"always, besides", &types.DeviceConfigurationType{}, false, smsCode, smsCode, device, smsCode, device},
		{"on prompt, instead", &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}, true, smsCode, device, "", smsCode, device},
		{"on prompt, besides", &types.DeviceConfigurationType{DeviceOnlyRememberedOnUserPrompt: true}, true, smsCode, smsCode, device, smsCode, device},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, challengetest.Config{Users: alice(withSMS), DeviceConfiguration: test.tracking, Now: now.now})
			d := named(t, signInWithCode(t, p, nil))
			if got := d.confirm(t, p).ok("UserConfirmationNecessary").body["UserConfirmationNecessary"]; got != test.ask {
				t.Errorf("UserConfirmationNecessary is %v", got)
			}
			status := func(to string) {
				call(t, p, "UpdateDeviceStatus", object{"AccessToken": d.result["AccessToken"], "DeviceKey": d.key, "DeviceRememberedStatus": to}).ok()
			}
			start := func(want string) reply {
				t.Helper()
				r := passwordStart(t, p, texts{"DEVICE_KEY": d.key})
				if r.body["ChallengeName"] != want {
					t.Fatalf("got %v, want %s", r.body["ChallengeName"], want)
				}
				return r
			}
			answer := func(asked reply) reply {
				if asked.body["ChallengeName"] == device {
					return d.prove(t, p, asked, now.t)
				}
				return asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()})
			}
			start(test.atFirst)
			status("remembered")
			r := answer(start(test.remembered))
			if test.afterwards != "" {
				r = answer(r.asks(test.afterwards))
			}
			if r.tokens()["NewDeviceMetadata"] != nil {
				t.Error("a known device is named anew")
			}
			status("not_remembered")
			if r := answer(start(test.notAnyMore)); r.tokens()["NewDeviceMetadata"] != nil {
				t.Error("a confirmed device is named anew")
			}
			status("remembered")
			call(t, p, "SetUserMFAPreference", object{"AccessToken": d.result["AccessToken"], "SMSMfaSettings": object{"Enabled": false}}).ok()
			answer(start(test.factorless)).tokens()
		})
	}
	t.Run("no devices", func(t *testing.T) {
		p := newPool(t, challengetest.Config{Users: alice(withSMS)})
		if signInWithCode(t, p, nil)["NewDeviceMetadata"] != nil {
			t.Error("a device in a pool that tracks none")
		}
		passwordStart(t, p, texts{"DEVICE_KEY": "x"}).fails("ResourceNotFoundException", deviceGone)
	})
	t.Run("nothing set up", func(t *testing.T) {
		p := newPool(t, challengetest.Config{Users: alice(withSMS), MFA: types.UserPoolMfaTypeOn, DeviceConfiguration: always})
		d := confirmed(t, p)
		call(t, p, "SetUserMFAPreference", object{"AccessToken": d.result["AccessToken"], "SMSMfaSettings": object{"Enabled": false}}).ok()
		passwordStart(t, p, texts{"DEVICE_KEY": d.key}).asks("MFA_SETUP", "MFAS_CAN_SETUP", "USER_ID_FOR_SRP")
	})
}

func TestConfirmDevice(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Users: append(alice(withSMS), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}), DeviceConfiguration: always,
	})
	d, other := named(t, signInWithCode(t, p, nil)), named(t, signInWithCode(t, p, nil))
	bob := signIn(t, p, "bob", right).tokens()
	decode := func(text string) []byte {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	text := base64.StdEncoding.EncodeToString
	prime := bytes.Repeat([]byte{0xff}, 384) // not N, but not below it either
	config := func(salt, verifier string) func(object) {
		return func(body object) {
			body["DeviceSecretVerifierConfig"] = object{"Salt": salt, "PasswordVerifier": verifier}
		}
	}
	const (
		badKey    = "Invalid device key given."
		badConfig = "Invalid salt or password verifier in the device configuration"
	)
	salt, verifier := d.made.Salt(), d.made.Verifier()
	for _, test := range []struct {
		name       string
		edit       func(object)
		code, text string
	}{
		{"no verifier", func(body object) { delete(body, "DeviceSecretVerifierConfig") }, invalidParameter, badConfig},
		{"empty salt", config("", verifier), invalidParameter, badConfig},
		{"salt in hex", config("0x0f", verifier), invalidParameter, badConfig},
		{"negative salt", config(text([]byte{0x80, 1}), verifier), invalidParameter, badConfig},
		{"salt too long", config(text(make([]byte, 386)), verifier), invalidParameter, badConfig},
		{"empty verifier", config(salt, ""), invalidParameter, badConfig},
		{"verifier not base64", config(salt, verifier+"!"), invalidParameter, badConfig},
		{"negative verifier", config(salt, text(append([]byte{0x80}, decode(verifier)[1:]...))), invalidParameter, badConfig},
		{"zero verifier", config(salt, text([]byte{0})), invalidParameter, badConfig},
		{"verifier out of the group", config(salt, text(append([]byte{0}, prime...))), invalidParameter, badConfig},
		{"verifier too long", config(salt, text(append([]byte{0, 0}, prime...))), invalidParameter, badConfig},
		{"no token", func(body object) { delete(body, "AccessToken") }, notAuthorized, "Invalid Access Token"},
		{"no key", func(body object) { delete(body, "DeviceKey") }, invalidParameter, badKey},
		{"key of another sign-in", func(body object) { body["DeviceKey"] = other.key }, invalidParameter, badKey},
		{"another user", func(body object) { body["AccessToken"] = bob["AccessToken"] }, invalidParameter, badKey},
	} {
		t.Run(test.name, func(t *testing.T) { d.confirm(t, p, test.edit).fails(test.code, test.text) })
	}
	d.confirm(t, p).ok("UserConfirmationNecessary")
	d.confirm(t, p).fails("DeviceKeyExistsException", "Device already exists.")
	call(t, p, "ForgetDevice", object{"AccessToken": d.result["AccessToken"], "DeviceKey": d.key}).ok()
	d.confirm(t, p).fails(invalidParameter, badKey)
	other.confirm(t, p, func(body object) { delete(body, "DeviceName") }).ok("UserConfirmationNecessary")
}

func TestDeviceOperations(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(withSMS), DeviceConfiguration: always, Now: now.now})
	d := confirmed(t, p)
	created := float64(now.t.Unix())
	now.advance(time.Minute)
	d.prove(t, p, passwordStart(t, p, texts{"DEVICE_KEY": d.key}), now.t).tokens()
	now.advance(time.Minute)
	for _, admin := range []bool{false, true} {
		operate := func(operation string, body object) reply {
			if admin {
				operation, body["Username"] = "Admin"+operation, "alice"
			} else {
				body["AccessToken"] = d.result["AccessToken"]
			}
			return call(t, p, operation, body)
		}
		operate("UpdateDeviceStatus", object{"DeviceKey": d.key, "DeviceRememberedStatus": "remembered"}).ok()
		want := object{
			"DeviceKey": d.key, "DeviceCreateDate": created, "DeviceLastAuthenticatedDate": created + 60, "DeviceLastModifiedDate": created + 120,
			"DeviceAttributes": []any{object{"Name": "device_status", "Value": "valid"}, object{"Name": "device_name", "Value": "laptop"}},
		}
		if diff := cmp.Diff(want, operate("GetDevice", object{"DeviceKey": d.key}).ok("Device").body["Device"]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]any{want}, operate("ListDevices", object{}).ok("Devices").body["Devices"]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		operate("UpdateDeviceStatus", object{"DeviceKey": d.key, "DeviceRememberedStatus": "forgotten"}).fails(invalidParameter,
			"1 validation error detected: Value at 'deviceRememberedStatus' failed to satisfy constraint: Member must satisfy enum value set: [remembered, not_remembered]")
		for _, operation := range []string{"GetDevice", "ForgetDevice", "UpdateDeviceStatus"} {
			operate(operation, object{"DeviceKey": "x"}).fails("ResourceNotFoundException", deviceGone)
		}
	}
	call(t, p, "AdminListDevices", object{"Username": "bob"}).fails("UserNotFoundException", "User does not exist.")
	call(t, p, "ListDevices", object{}).fails(notAuthorized, "Invalid Access Token")
	call(t, p, "ForgetDevice", object{"DeviceKey": d.key}).fails(notAuthorized, "Invalid Access Token")

	call(t, p, "AdminForgetDevice", object{"Username": "alice", "DeviceKey": d.key}).ok()
	passwordStart(t, p, texts{"DEVICE_KEY": d.key}).fails("ResourceNotFoundException", deviceGone)
	if devices := call(t, p, "ListDevices", object{"AccessToken": d.result["AccessToken"]}).ok("Devices").body["Devices"].([]any); len(devices) != 0 {
		t.Errorf("devices %v", devices)
	}
}

// TestThroughTheClientDevice is the life of a device: named, confirmed, used
// instead of a code, forgotten.
func TestThroughTheClientDevice(t *testing.T) {
	ctx := t.Context()
	for _, prompt := range []bool{false, true} {
		tracking := &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: prompt}
		p := newPool(t, challengetest.Config{
			Clients:             []challengetest.AppClient{{ID: "client", Secret: challenge.NewSecret("s3cr3t"), AuthFlows: allFlows}},
			Users:               alice(withSMS),
			Triggers:            riddle(),
			DeviceConfiguration: tracking,
		})
		for transport, edit := range map[string]func(*challenge.Config){
			"public": func(*challenge.Config) {},
			"admin":  func(c *challenge.Config) { c.Transport = challenge.Admin(p.Client()) },
		} {
			t.Run(fmt.Sprintf("%s, prompt %t", transport, prompt), func(t *testing.T) {
				client := newClient(t, p, edit, func(c *challenge.Config) { c.ClientSecret = challenge.NewSecret("s3cr3t") })
				password := challenge.NewSecret(right)
				answers := 0
				answer := func(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
					answers++
					switch c := c.(type) {
					case *challenge.SMSMFA:
						c.Code = last(t, p).Code
					case *challenge.CustomChallenge:
						c.Answer = challenge.NewSecret("42")
					default:
						t.Fatalf("asked %s", c.Name())
					}
					return nil
				}
				signIn := func(flow challenge.Flow, wantAnswers int, opts ...func(*challenge.CallOptions)) *challenge.Tokens {
					t.Helper()
					answers = 0
					tokens, err := client.SignIn(ctx, flow, answer, opts...)
					if err != nil {
						t.Fatal(err)
					}
					if answers != wantAnswers {
						t.Fatalf("%d questions, want %d", answers, wantAnswers)
					}
					return tokens
				}
				srpFlow := challenge.UserSRP{Username: "alice", Password: password}
				first := signIn(srpFlow, 1)
				device, ask, err := challenge.ConfirmDevice(ctx, p.Client(), first, "laptop")
				if err != nil || ask != prompt {
					t.Fatalf("got %t, %v", ask, err)
				}
				if ask {
					signIn(srpFlow, 1, func(o *challenge.CallOptions) { o.Device = &device })
					if _, err := p.Client().UpdateDeviceStatus(ctx, &cip.UpdateDeviceStatusInput{
						AccessToken: aws.String(first.AccessToken.Reveal()), DeviceKey: &device.DeviceKey,
						DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
					}); err != nil {
						t.Fatal(err)
					}
				}
				withDevice := func(o *challenge.CallOptions) { o.Device = &device }
				for _, test := range []struct {
					flow    challenge.Flow
					answers int
				}{
					{srpFlow, 0},
					{challenge.UserPassword{Username: "alice", Password: password}, 0},
					{challenge.Custom{Username: "alice"}, 1},
					{challenge.Custom{Username: "alice", Password: password}, 1},
				} {
					if tokens := signIn(test.flow, test.answers, withDevice); tokens.NewDevice != nil || tokens.ForgetDevice {
						t.Errorf("%T: new device %t, forget %t", test.flow, tokens.NewDevice != nil, tokens.ForgetDevice)
					}
				}
				refresh := challenge.Refresh{Username: first.Username, RefreshToken: first.RefreshToken}
				signIn(refresh, 0, withDevice)
				if _, err := client.Start(ctx, refresh); !errors.Is(err, challenge.DeviceUnknown) {
					t.Errorf("refreshed without the device: %v", err)
				}
				if _, err := p.Client().ForgetDevice(ctx, &cip.ForgetDeviceInput{
					AccessToken: aws.String(first.AccessToken.Reveal()), DeviceKey: &device.DeviceKey,
				}); err != nil {
					t.Fatal(err)
				}
				if tokens := signIn(srpFlow, 1, withDevice); tokens.NewDevice == nil || !tokens.ForgetDevice {
					t.Errorf("new device %t, forget %t", tokens.NewDevice != nil, tokens.ForgetDevice)
				}
				if tokens := signIn(challenge.Custom{Username: "alice"}, 1, withDevice); tokens.NewDevice == nil || !tokens.ForgetDevice {
					t.Errorf("new device %t, forget %t", tokens.NewDevice != nil, tokens.ForgetDevice)
				}
			})
		}
	}
}

// TestDeviceSaltIsANumber has the pool give a salt as a number, without its
// leading zeros. Who hashes the text as it comes fails here now and then.
func TestDeviceSaltIsANumber(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(withSMS), DeviceConfiguration: always, Now: now.now})
	d := named(t, signInWithCode(t, p, nil))
	made, err := srptest.FixedDevice(t, d.group, d.key, "password", "0012345678")
	if err != nil {
		t.Fatal(err)
	}
	d.made = made
	d.confirm(t, p).ok("UserConfirmationNecessary")
	asked := passwordStart(t, p, texts{"DEVICE_KEY": d.key})
	verifier := asked.answer(p, texts{"USERNAME": "alice", "DEVICE_KEY": d.key, "SRP_A": "2"})
	if got := verifier.param("SALT"); got != "12345678" {
		t.Errorf("SALT %s", got)
	}
	d.prove(t, p, passwordStart(t, p, texts{"DEVICE_KEY": d.key}), now.t).tokens()
}

// TestDeviceForgottenMeanwhile has nothing to prove any more, and is named anew.
func TestDeviceForgottenMeanwhile(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(withSMS), DeviceConfiguration: &types.DeviceConfigurationType{}})
	d := confirmed(t, p)
	asked := passwordStart(t, p, texts{"DEVICE_KEY": d.key})
	code := last(t, p).Code.Reveal()
	call(t, p, "AdminForgetDevice", object{"Username": "alice", "DeviceKey": d.key}).ok()
	named(t, asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": code}).tokens())
}
