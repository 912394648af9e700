package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// TestPowerShellDocument performs every parameter of the cmdlet, under its name
// and its aliases.
func TestPowerShellDocument(t *testing.T) {
	aliases := map[string]string{
		"-ChallengeResponses":      "-ChallengeResponse",
		"-ContextData_HttpHeaders": "-ContextData_HttpHeader",
		"-AK":                      "-AccessKey",
		"-SK":                      "-SecretKey",
		"-SecretAccessKey":         "-SecretKey",
		"-ST":                      "-SessionToken",
		"-AWSProfilesLocation":     "-ProfileLocation",
		"-ProfilesLocation":        "-ProfileLocation",
		"-StoredCredentials":       "-ProfileName",
		"-AWSProfileName":          "-ProfileName",
		"-RegionToCall":            "-Region",
	}
	d := readDocuments(t)
	for _, alias := range d.PowerShellAliases {
		if aliases[alias] == "" {
			t.Errorf("the document has the alias %s, which is not tested", alias)
		}
	}
	for _, name := range slices.Concat(d.PowerShell, d.PowerShellAliases) {
		t.Run(name, func(t *testing.T) {
			parameter := name
			if aliases[name] != "" {
				parameter = aliases[name]
			}
			if test := cmdlet[parameter]; test != nil {
				test(t)
				return
			}
			overrides(t, memberOf(parameter))
		})
	}
}

// memberOf returns the member of the request for a parameter of the cmdlet: its
// name is the API's, with a member of a structure after an underscore, and what
// there is many of in the singular.
func memberOf(parameter string) string {
	member := strings.ReplaceAll(strings.TrimPrefix(parameter, "-"), "_", ".")
	if member == "ChallengeResponse" || member == "ContextData.HttpHeader" {
		member += "s"
	}
	return member
}

// cmdlet has the parameters that are no members of the request.
var cmdlet = map[string]func(t *testing.T){
	"-Select": func(t *testing.T) {
		service := newStub(t, http.StatusOK, tokens)
		for selected, want := range map[string]string{
			"*":                                    `"the-access-token"`, // the whole response: no --query
			"AuthenticationResult":                 `"Bearer"`,
			"AuthenticationResult.AccessToken":     `"the-access-token"`,
			"^ClientId":                            `"demo"`,
			"^ContextData.IpAddress":               `"203.0.113.7"`,
			"^ChallengeResponses":                  `"ANSWER": "forty-two"`,
			"^ContextData.HttpHeaders[0]":          `"headerName": "User-Agent"`,
			"^AnalyticsMetadata":                   `"endpoint-1"`,
			"ChallengeName":                        `null`,
			"^join('/', [UserPoolId,Session][:1])": `"eu-west-1_Demo12345"`,
		} {
			flags := []string{"--cli-input-json", request, "--endpoint-url", service.url}
			if selected != "*" {
				flags = append(flags, "--query", selected)
			}
			r := execute(t, nil, flags...)
			if r.check(t, ok); !strings.Contains(r.stdout, want) {
				t.Errorf("%s: got %s, want %s", selected, r.stdout, want)
			}
		}
	},
	"-PassThru": func(t *testing.T) {
		service := newStub(t, http.StatusOK, tokens)
		r := execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url, "--query", "^ClientId", "--output", "text")
		if r.check(t, ok); r.stdout != "demo\n" || service.calls != 1 {
			t.Errorf("got %q after %d calls", r.stdout, service.calls)
		}
	},
	"-Force": func(t *testing.T) {
		// There is nothing to force: the program asks nothing, though its
		// standard input has an end and is no terminal.
		service := newStub(t, http.StatusOK, tokens)
		r := executeAlone(t, nil, "--cli-input-json", request, "--endpoint-url", service.url)
		if r.reply(t); r.stderr != "" || service.calls != 1 {
			t.Errorf("asked %q, with %d calls", r.stderr, service.calls)
		}
	},
	"-EndpointUrl": func(t *testing.T) {
		// There, and not where the environment says.
		replaced := newStub(t, http.StatusOK, tokens)
		t.Setenv("AWS_ENDPOINT_URL", replaced.url)
		execute(t, nil, "--cli-input-json", request).check(t, ok)
		performs(t, parseRequest(t, request), "--cli-input-json", request)
		if replaced.calls != 1 {
			t.Errorf("got %d calls, want the one without the option", replaced.calls)
		}
	},
	"-Region": func(t *testing.T) {
		signed(t, "test", "test", "", "us-east-2", "--region", "us-east-2")
	},
	"-AccessKey": func(t *testing.T) {
		t.Setenv("AWS_ACCESS_KEY_ID", "another")
		signed(t, "another", "test", "", "eu-west-1")
	},
	"-SecretKey": func(t *testing.T) {
		t.Setenv("AWS_SECRET_ACCESS_KEY", "another")
		signed(t, "test", "another", "", "eu-west-1")
	},
	"-SessionToken": func(t *testing.T) {
		t.Setenv("AWS_SESSION_TOKEN", "the-token")
		signed(t, "test", "test", "the-token", "eu-west-1")
	},
	"-Credential": func(t *testing.T) { // an object of all three
		t.Setenv("AWS_ACCESS_KEY_ID", "one")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "two")
		t.Setenv("AWS_SESSION_TOKEN", "three")
		signed(t, "one", "two", "three", "eu-west-1")
	},
	"-ProfileLocation": profile,
	"-ProfileName":     profile,
	"-NetworkCredential": func(t *testing.T) {
		t.Setenv(asCredentialProcess, `{"Version":1,"AccessKeyId":"federated","SecretAccessKey":"x","SessionToken":"y"}`)
		setFile(t, "AWS_CONFIG_FILE", "[profile saml]\ncredential_process = "+os.Args[0]+"\n")
		unset(t, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
		signed(t, "federated", "x", "y", "eu-west-1", "--profile", "saml")
	},
	"-ClientConfig": func(t *testing.T) {
		unset(t, "AWS_MAX_ATTEMPTS")
		setFile(t, "AWS_CONFIG_FILE", "[default]\nmax_attempts = 2\n")
		service := newStub(t, http.StatusBadRequest, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`)
		execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url).check(t, refused, "TooManyRequestsException")
		if service.calls != 2 {
			t.Errorf("got %d calls, want 2", service.calls)
		}
	},
}

func profile(t *testing.T) {
	setFile(t, "AWS_SHARED_CREDENTIALS_FILE", "[other]\naws_access_key_id = profiled\naws_secret_access_key = x\n")
	unset(t, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
	signed(t, "profiled", "x", "", "eu-west-1", "--profile", "other")
	execute(t, nil, "--cli-input-json", request, "--profile", "no-such").check(t, wrongSetup, "no-such")
}

// signed runs the program and checks that it signs with these credentials, by
// signing the same once more.
func signed(t *testing.T, accessKey, secretKey, token, region string, flags ...string) {
	t.Helper()
	service := newStub(t, http.StatusOK, tokens)
	execute(t, nil, append(flags, "--cli-input-json", request, "--endpoint-url", service.url)...).check(t, ok)
	got := service.header.Get("Authorization")
	_, names, _ := strings.Cut(got, "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	again, err := http.NewRequestWithContext(t.Context(), http.MethodPost, service.url+"/", strings.NewReader(service.body))
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(names, ";") {
		if values := service.header.Values(name); values != nil {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	at, err := time.Parse("20060102T150405Z", service.header.Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	body := sha256.Sum256([]byte(service.body))
	credentials := aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, SessionToken: token}
	err = v4.NewSigner().SignHTTP(t.Context(), credentials, again, hex.EncodeToString(body[:]), "cognito-idp", region, at)
	if want := again.Header.Get("Authorization"); err != nil || got != want {
		t.Errorf("got Authorization %s, want %s, %v", got, want, err)
	}
}

// setFile makes a variable the name of a file, until the test ends.
func setFile(t *testing.T, variable, text string) {
	t.Helper()
	t.Setenv(variable, strings.TrimPrefix(file(t, text), filePrefix))
}

// unset takes variables away until the test ends.
func unset(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		t.Setenv(name, "") // which also restores it
		os.Unsetenv(name)
	}
}
