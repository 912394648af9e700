package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/challenge"
)

// hidden stands for a secret in the command lines of TestMisuse.
const hidden = "hunter2"

// TestMisuse: what is wrong with a command line is told by the name of the
// option and the key, without a value, and before anything is sent.
func TestMisuse(t *testing.T) {
	t.Parallel()
	service := newStub(t, http.StatusOK, tokens)
	sms := args(service.url, "--challenge-name", "SMS_MFA", "--session", session)
	with := func(flags ...string) []string { return append(sms[:len(sms):len(sms)], flags...) }
	answered := func(flags ...string) []string {
		return with(append(flags, "--challenge-responses", "USERNAME=alice,SMS_MFA_CODE=123456")...)
	}
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"unknown option":      {[]string{"--sesion", hidden}, []string{"not defined: --sesion"}},
		"no value":            {[]string{"--session"}, []string{"needs an argument: --session"}},
		"argument":            {answered(hidden), []string{"there is an argument that belongs to no option"}},
		"skeleton of what":    {[]string{"--generate-cli-skeleton", hidden}, []string{"--generate-cli-skeleton: expected input or output"}},
		"skeleton=what":       {[]string{"--generate-cli-skeleton=" + hidden}, []string{"--generate-cli-skeleton: expected input or output"}},
		"skeleton=":           {[]string{"--generate-cli-skeleton="}, []string{"--generate-cli-skeleton: expected input or output"}},
		"truth=what":          {[]string{"--public=" + hidden, "--debug= for -x: " + hidden}, []string{"--public: takes no value", "--debug: takes no value"}},
		"truth of what":       {[]string{"--public", "false", "--debug", hidden, "--no-sign-request=false"}, []string{"--public: takes no value", "--debug: takes no value", "--no-sign-request: takes no value"}},
		"unknown=value":       {[]string{"-pasword=" + hidden}, []string{"respond: flag provided but not defined: --pasword\n"}},
		"three dashes":        {[]string{"---password=" + hidden}, []string{"respond: bad flag syntax: --password\n"}},
		"no name":             {[]string{"--=" + hidden}, []string{"respond: bad flag syntax: --\n"}},
		"nothing":             {nil, []string{"--challenge-name: is required"}},
		"no pool":             {[]string{"--challenge-name", "SMS_MFA"}, []string{"--user-pool-id: is required", "--client-id: is required"}},
		"bad pool":            {answered("--user-pool-id", "eu-west-1"), []string{"--user-pool-id: is no user pool ID"}},
		"no responses":        {with(), []string{"--challenge-responses: USERNAME is required"}},
		"key is missing":      {with("--challenge-responses", "USERNAME=alice"), []string{"--challenge-responses: SMS_MFA_CODE is required"}},
		"another's key":       {answered("--challenge-name", "SMS_OTP"), []string{"--challenge-responses: SMS_MFA_CODE is no key of this challenge"}},
		"part of a value":     {with("--challenge-responses", "USERNAME=alice,SMS_MFA_CODE=abc,"+hidden+"=z"), []string{"--challenge-responses: a key is no key of this challenge (not shown, "}},
		"wrong key in JSON":   {with("--challenge-responses", `{"USERNAME":"alice","SMS_MFA_COD":"`+hidden+`"}`), []string{"--challenge-responses: SMS_MFA_COD is no key of this challenge\n", "--challenge-responses: SMS_MFA takes USERNAME, DEVICE_KEY, SMS_MFA_CODE, SECRET_HASH\n", "--challenge-responses: SMS_MFA_CODE is required\n"}},
		"wrong key in input":  {with("--cli-input-json", `{"ChallengeResponses":{"SMS_MFA_COD":"`+hidden+`"}}`), []string{"--challenge-responses: SMS_MFA_COD is no key of this challenge\n"}},
		"key with controls":   {with("--challenge-responses", `{"\u001b[31mFoo\nrespond: all is well\u202e":"`+hidden+`"}`), []string{`--challenge-responses: \x1b[31mFoo\nrespond: all is well\u202e is no key of this challenge`}},
		"another attribute":   {with("--challenge-responses", "userAttributes.name=a"), []string{"--challenge-responses: userAttributes.name is no key of this challenge"}},
		"bad value":           {with("--challenge-responses", "USERNAME=alice,SMS_MFA_CODE=hunt "+hidden), []string{"--challenge-responses: SMS_MFA_CODE has white space in it"}},
		"no session":          {answered("--session", ""), []string{"--session: is required"}},
		"short session":       {answered("--session", "hunter2-19-letters."), []string{"--session: is shorter than 20 characters"}},
		"bad shorthand":       {with("--challenge-responses", "USERNAME=alice,"+hidden), []string{"--challenge-responses: expected KEY=value; a value with a comma wants quotes (at character 23)"}},
		"key twice in JSON":   {with("--challenge-responses", `{"USERNAME":"`+hidden+`","USERNAME":"b"}`), []string{"--challenge-responses: USERNAME is there twice"}},
		"key twice":           {with("--challenge-responses", "A="+hidden+",A=b"), []string{"--challenge-responses: a key is given twice"}},
		"bad JSON":            {with("--challenge-responses", `{"A":"`+hidden), []string{"--challenge-responses: is no JSON"}},
		"JSON of other types": {with("--challenge-responses", `{"USERNAME":7}`), []string{"--challenge-responses: USERNAME is no string"}},
		"nested responses":    {with("--challenge-responses", hidden+"={B="+hidden+"}"), []string{"--challenge-responses: a key is no string (not shown"}},
		"bad member":          {answered("--context-data", "IPAddress=::1"), []string{"--context-data: ContextData.IPAddress is no member of the request"}},
		"bad header":          {answered("--context-data", "HttpHeaders=[{HeaderName=a}]"), []string{"--context-data: ContextData.HttpHeaders[0].HeaderName is no member"}},
		"context of public": {
			answered("--public", "--context-data", "IpAddress=::1,ServerName="+hidden), []string{"--context-data: with --public there are IpAddress and EncodedData only"},
		},
		"half a character":  {with("--challenge-responses", `{"PASSWORD":"`+hidden+`\ud800"}`), []string{"--challenge-responses: has half a character in it"}},
		"half of the input": {[]string{"--cli-input-json", `{"ClientId":"` + blank("text") + `","ChallengeResponses":{"USERNAME":"` + blank("text") + `","PASSWORD":"` + hidden + `\ud800"}}`}, []string{"--challenge-responses: has half a character in it"}},
		"half a key":        {with("--cli-input-json", `{"ChallengeResponses":{"`+hidden+`\ud800":"a"}}`), []string{"--challenge-responses: has half a character in it"}},
		"half in a list":    {[]string{"--cli-input-json", `{"ContextData":{"HttpHeaders":[{"headerName":"` + blank("text") + `"},{"headerValue":"\udc00"}]}}`}, []string{"--context-data: ContextData.HttpHeaders[0].headerValue has half a character in it"}},
		"half a name":       {with("--cli-input-json", `{"ChallengeResponses":{"A":"`+blank("text")+`","`+hidden+`\ud800":"a"}}`), []string{"--challenge-responses: has half a character in it"}},
		"member twice":      {answered("--cli-input-json", `{"ClientMetadata":{"a":"`+hidden+`"},"ClientMetadata":{"b":"c"}}`), []string{"--client-metadata: is there twice"}},
		"twice in a member": {with("--cli-input-json", `{"ChallengeResponses":{"USERNAME":"`+blank("text")+`","SMS_MFA_CODE":"`+hidden+`","SMS_MFA_CODE":"2"}}`), []string{"--challenge-responses: SMS_MFA_CODE is there twice"}},
		"placeholder":       {with("--challenge-name", "NEW_PASSWORD_REQUIRED", "--cli-input-json", `{"ChallengeResponses":{"userAttributes.<name>":"`+hidden+`"},"ClientMetadata":{"<name>":"`+hidden+`"}}`), []string{"--challenge-responses: replace <name> by a name", "--client-metadata: replace <name> by a name"}},
		"empty member":      {answered("--cli-input-json", `{"ContextData":{}}`), []string{"--context-data: ContextData.IpAddress is required"}},
		"binary file":       {answered("--password", "fileb:///"+hidden), []string{"--password: fileb:// is for binary values: use file://"}},
		"input no JSON":     {answered("--cli-input-json", hidden), []string{"--cli-input-json: is no JSON object"}},
		"input and more":    {answered("--cli-input-json", `{} {}`), []string{"--cli-input-json: is no JSON object"}},
		"input is null":     {answered("--cli-input-json", "null"), []string{"--cli-input-json: is no JSON object"}},
		"unknown member":    {answered("--cli-input-json", `{"Sesion":"`+hidden+`"}`), []string{"--cli-input-json: Sesion is no member of the request"}},
		"no such file":      {with("--session", "file://no/such/file"), []string{"--session: open no/such/file: "}},
		"file of a key":     {with("--challenge-responses", "A@=file://no/such/file"), []string{"--challenge-responses: open no/such/file: "}},
		"not UTF-8":         {with("--session", hidden+"\xff"), []string{"--session: is not valid UTF-8"}},
		"two problems":      {with("--session", "\xff", "--client-metadata", "x"), []string{"--session: ", "--client-metadata: "}},
		"bad query":         {answered("--query", "a["), []string{"--query: SyntaxError"}},
		"no function":       {answered("--query", "foo(@)"), []string{"--query: unknown function: foo\n"}},
		"no argument":       {answered("--query", "^join(@)"), []string{"--query: incorrect number of args\n"}},
		"no step":           {answered("--query", "[ChallengeName][::0]"), []string{"--query: Invalid slice, step cannot be 0\n"}},
		"no member":         {answered("--query", "^ Sesion"), []string{"--query: Sesion is no member of the request\n"}},
		"no such member":    {answered("--query", "^ContextData_IpAddress.a"), []string{"--query: ContextData_IpAddress is no member of the request\n"}},
		"bad output":        {answered("--output", "yaml"), []string{"--output: expected json or text"}},
		"bad endpoint":      {answered("--endpoint-url", hidden), []string{"--endpoint-url: expected a URL"}},
		"endpoint nowhere":  {answered("--endpoint-url", "http:///"+hidden), []string{"--endpoint-url: expected a URL"}},
		"bad secret":        {answered("--srp-secret", hidden), []string{"--srp-secret: is nothing that --generate-srp printed"}},
		"useless password":  {answered("--password", hidden), []string{"--password: SMS_MFA has no use for it\n"}},
		"bad device":        {answered("--device", hidden), []string{"--device: is nothing that challenge.Device.Encode wrote"}},
		"bad parameters":    {answered("--challenge-parameters", `{"A":["`+hidden+`"]}`), []string{"--challenge-parameters: is neither"}},
		"parameters":        {with("--challenge-parameters", "CODE_DELIVERY_DELIVERY_MEDIUM=SMS", "--challenge-responses", "SMS_MFA_CODE=123456"), []string{"USERNAME is required"}},
		"nameless":          {[]string{"--challenge-parameters", "A=" + hidden}, []string{"--challenge-name: is required"}},
		"malformed":         {answered("--challenge-name", "SELECT_MFA_TYPE", "--challenge-parameters", `MFAS_CAN_CHOOSE="[`+hidden+`"`), []string{"--challenge-parameters: MFAS_CAN_CHOOSE is a list without its end"}},
		"choice":            {with("--challenge-name", "SELECT_MFA_TYPE", "--challenge-parameters", `MFAS_CAN_CHOOSE='["SMS_MFA"]'`, "--challenge-responses", "USERNAME=alice,ANSWER=FAX"), []string{"--challenge-responses: ANSWER is \"FAX\", expected one of"}},
		"another user":      {answered("--challenge-parameters", "USER_ID_FOR_SRP=bob"), []string{"--challenge-responses: USERNAME is another one than Cognito issued"}},
		"proof of nothing":  {with("--challenge-name", "PASSWORD_VERIFIER", "--challenge-responses", "USERNAME=alice"), []string{"PASSWORD_CLAIM_SIGNATURE is required", "PASSWORD_CLAIM_SECRET_BLOCK is required", "TIMESTAMP is required"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := execute(t, nil, test.args...)
			r.check(t, wrongParameters, test.want...)
			for line := range strings.Lines(r.stderr) {
				if !strings.HasPrefix(line, "respond: ") {
					t.Errorf("got line %q", line)
				}
			}
			if strings.Contains(r.stderr, hidden) || r.stdout != "" {
				t.Errorf("got standard error %q and output %q", r.stderr, r.stdout)
			}
		})
	}
	if service.calls > 0 {
		t.Errorf("there were %d calls", service.calls)
	}
}

// TestWrongKey: of a wrong key no more is told than what is wrong, what would be
// right and what else is missing.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	service := newStub(t, http.StatusOK, tokens)
	for want, flags := range map[string][]string{
		"respond: --challenge-responses: PASWORD is no key of this challenge\n" +
			"respond: --challenge-responses: PASSWORD_SRP takes USERNAME, DEVICE_KEY, PASSWORD, SRP_A, SECRET_HASH\n": {
			"PASSWORD_SRP", "--password", password, "--challenge-responses", `{"USERNAME":"alice","PASWORD":"a"}`,
		},
		"respond: --challenge-responses: A is no key of this challenge\n" +
			"respond: --challenge-responses: B is no key of this challenge\n" +
			"respond: --challenge-responses: NEW_PASSWORD_REQUIRED takes USERNAME, DEVICE_KEY, NEW_PASSWORD, userAttributes.<name>, SECRET_HASH\n" +
			"respond: --challenge-responses: NEW_PASSWORD is required\n": {
			"NEW_PASSWORD_REQUIRED", "--challenge-responses", `{"USERNAME":"alice","A":"a","B":"b"}`,
		},
		"respond: --challenge-responses: USERNAME is another one than Cognito issued\n": {
			"SMS_MFA", "--challenge-parameters", "USERNAME=bob", "--challenge-responses", `{"USERNAME":"alice","SMS_MFA_CODE":"123456"}`,
		},
	} {
		r := execute(t, nil, args(service.url, append([]string{"--session", session, "--challenge-name"}, flags...)...)...)
		if r.check(t, wrongParameters); r.stderr != want || service.calls > 0 {
			t.Errorf("got standard error\n%s\nwant\n%s\nand %d calls", r.stderr, want, service.calls)
		}
	}
}

// TestProofMisuse: what a proof lacks.
func TestProofMisuse(t *testing.T) {
	t.Parallel()
	_, printed := newPair(t)
	remembered := challenge.Device{DeviceKey: "key", DeviceGroupKey: "group", Password: challenge.NewSecret(password)}.Encode().Reveal()
	parameters := "USER_ID_FOR_SRP=alice,SALT=aa,SRP_B=02,SECRET_BLOCK=c2VjcmV0"
	verifier := func(name string, flags ...string) []string {
		return args("http://127.0.0.1:1", append([]string{"--challenge-name", name, "--session", session, "--srp-secret", printed}, flags...)...)
	}
	const user, device = "PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER"
	for want, args := range map[string][]string{
		"--challenge-parameters: SALT, SRP_B and SECRET_BLOCK are required": verifier(user, "--challenge-responses", "USERNAME=alice"),
		"--password: is required with --srp-secret\n":                       verifier(user, "--challenge-parameters", parameters),
		"--srp-secret: PASSWORD has no use for it\n":                        verifier("PASSWORD", "--challenge-responses", "USERNAME=alice,PASSWORD=a"),
		"--device: is required with --srp-secret\n":                         verifier(device, "--challenge-parameters", parameters),
		"--password: DEVICE_PASSWORD_VERIFIER has no use for it\n":          verifier(device, "--password", password),
		"--srp-secret: is required with --password, that of the SRP_A ":     verifier(user, "--srp-secret", "", "--password", password),
		"--srp-secret: is required with --device, that of the SRP_A ":       verifier(device, "--srp-secret", "", "--device", remembered),
	} {
		execute(t, nil, args...).check(t, wrongParameters, want)
	}
}

// TestRefusals: the exit status and the text for what the service answers, or
// does not.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		reply  string
		exit   int
		want   []string
	}{
		"wrong code": {400, `{"__type":"CodeMismatchException","message":"Invalid code\n\u001b[31mreceived\u0007 for\u009b user"}`, refused, []string{
			"respond: An error occurred (CodeMismatchException) when calling the AdminRespondToAuthChallenge operation: Invalid code\\n\\x1b[31mreceived\\a for\\u009b user\n",
			"respond: " + advice[challenge.BadCode] + "\n",
		}},
		"value in the message": {400, `{"__type":"InvalidParameterException","message":"forty-two is no answer"}`, refused, []string{"[redacted] is no answer", advice[challenge.BadRequest]}},
		"newer code":           {400, `{"__type":"NewerException","message":"no"}`, refused, []string{"(NewerException)", advice[challenge.Unrecognized]}},
		"server error":         {500, `{"__type":"InternalErrorException","message":"oops"}`, refused, []string{"(InternalErrorException)", "begin the sign-in again instead of repeating it"}},
		"no service":           {503, `<html>`, failed, []string{"AdminRespondToAuthChallenge: unavailable", "begin the sign-in again instead"}},
		"nonsense":             {200, `<html>`, failed, []string{"body can't be decoded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newStub(t, test.status, test.reply)
			r := execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url)
			r.check(t, test.exit, test.want...)
			if strings.Contains(r.stderr, "forty-two") || strings.Contains(r.stderr, session) || r.stdout != "" {
				t.Errorf("got standard error %q and output %q", r.stderr, r.stdout)
			}
			if service.calls != 1 {
				t.Errorf("it was sent %d times", service.calls)
			}
		})
	}

	service := newStub(t, http.StatusOK, tokens)
	nobody := execute(t, nil, "--cli-input-json", request, "--endpoint-url", "http://127.0.0.1:1")
	nobody.check(t, failed, "AdminRespondToAuthChallenge: unavailable", "the same command may be repeated")
	nobody = execute(t, nil, "--cli-input-json", request, "--endpoint-url", "http://127.0.0.1:1", "--debug")
	nobody.check(t, failed, "debug: AdminRespondToAuthChallenge to 127.0.0.1:1: no reply\n")

	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var stderr strings.Builder
	getenv := func(string) string { return "" }
	if status := run(ctx, []string{"--cli-input-json", request, "--endpoint-url", service.url}, getenv, &stderr, &stderr); status != interrupted || stderr.String() != "respond: interrupted\n" {
		t.Errorf("got exit status %d and %q", status, &stderr)
	}
}

// TestInterrupt: nobody knows what becomes of an answer that was sent.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		interrupt()
		<-r.Context().Done()
	}))
	defer service.Close()
	var stderr strings.Builder
	getenv := func(string) string { return "" }
	status := run(ctx, []string{"--cli-input-json", request, "--endpoint-url", service.URL}, getenv, &stderr, &stderr)
	if want := "respond: interrupted\nrespond: " + ambiguous + "\n"; status != interrupted || stderr.String() != want {
		t.Errorf("got exit status %d and %q", status, &stderr)
	}
}

// TestAdvice: there is advice for every reason.
func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, reason := range challenge.Reason("").Values() {
		if lines := new(options).explain(&challenge.Error{Reason: reason, Code: "C"}); len(lines) != 2 || lines[1] == "" || lines[1] == string(reason) {
			t.Errorf("%s: got %q", reason, lines)
		}
	}
	if lines := new(options).explain(&challenge.Error{Reason: "tired", Code: "C"}); lines[1] != "tired" {
		t.Errorf("got %q", lines)
	}
	if lines := new(options).explain(errors.Join(misuse("a"), errors.Join(errors.New("b"), nil))); len(lines) != 2 {
		t.Errorf("got %q", lines)
	}
}

// TestCredentials: without AWS credentials the admin operation can't be called,
// and the public one can.
func TestCredentials(t *testing.T) {
	unset(t, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
	service := newStub(t, http.StatusOK, tokens)
	execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url).check(t, wrongSetup, "respond: no AWS credentials")
	if service.calls != 0 {
		t.Error("it was sent")
	}
	// What is wrong with the answer is told first.
	execute(t, nil, "--cli-input-json", request, "--challenge-responses", "USERNAME=alice").check(t, wrongParameters, "ANSWER is required")

	execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url, "--no-sign-request").check(t, ok)
	if operation := service.header.Get("X-Amz-Target"); !strings.HasSuffix(operation, ".AdminRespondToAuthChallenge") || service.header.Get("Authorization") != "" {
		t.Errorf("called %s with Authorization %q", operation, service.header.Get("Authorization"))
	}

	execute(t, nil, "--cli-input-json", request, "--endpoint-url", service.url, "--public", "--context-data", "IpAddress=::1,EncodedData=e").check(t, ok)
	if operation := service.header.Get("X-Amz-Target"); !strings.HasSuffix(operation, ".RespondToAuthChallenge") || service.header.Get("Authorization") != "" {
		t.Errorf("called %s with Authorization %q", operation, service.header.Get("Authorization"))
	}
	sent := service.sent(t)
	if got := toText(t, sent["UserContextData"]); got != `{"EncodedData":"e","IpAddress":"::1"}` || sent["ContextData"] != nil || sent["UserPoolId"] != nil {
		t.Errorf("sent %v", sent)
	}
}
