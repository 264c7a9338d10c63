#!/usr/bin/env bash
# Walks the main job over HTTP, with curl, as a newcomer would: register → verifyOtp → me → refresh → logout → login.
#
#   test/main-job.sh                         starts `npm start` on a free port, with data and keys in a temporary folder
#   test/main-job.sh http://localhost:4000   a development server that runs already
#
# Settings in the environment (DATABASE_URL, REDIS_URL …) reach the server it starts. Needs bash, curl and node.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
log=$scratch/server.log
jar=$scratch/cookies
server=

finish() {
  status=$?
  if [ -n "$server" ]; then
    kill -TERM -- "-$server" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 -- "-$server" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$server" 2>/dev/null || true
    if [ "$status" -ne 0 ]; then echo "--- the end of the server's log"; tail -n 40 "$log"; fi
  fi
  rm -rf "$scratch"
  if [ "$status" -eq 0 ]; then echo 'The main job works.'; else echo 'The main job FAILED.'; fi
  exit "$status"
}
trap finish EXIT

fail() { echo "FAILED: $*"; exit 1; }

# field PATH < json: prints what stands at data.login.user, errors.0.extensions.code …; empty when nothing does.
field() {
  node -e '
    const found = process.argv[1].split(".").reduce((at, key) => at?.[key], JSON.parse(require("node:fs").readFileSync(0, "utf8")));
    if (found !== undefined && found !== null) console.log(typeof found === "object" ? JSON.stringify(found) : String(found));
  ' "$1"
}

# gql QUERY VARIABLES [curl's arguments]: prints the answer.
gql() {
  local query=$1 variables=$2
  shift 2
  node -e 'console.log(JSON.stringify({ query: process.argv[1], variables: JSON.parse(process.argv[2]) }))' "$query" "$variables" |
    curl --silent --show-error --max-time 20 -H 'content-type: application/json' --data-binary @- "$@" "$url/graphql"
}

# want WHAT EXPECTED ANSWER PATH
want() {
  local got
  got=$(field "$4" <<<"$3") || fail "$1: not JSON: $3"
  [ "$got" = "$2" ] || fail "$1: expected $2 at $4, got: $3"
  echo "ok  $1"
}

# have WHAT ANSWER PATH: prints the value into the variable `value`.
have() {
  value=$(field "$3" <<<"$2") || fail "$1: not JSON: $2"
  [ -n "$value" ] || fail "$1: nothing at $3: $2"
  echo "ok  $1"
}

# The code in the last mail to ADDRESS, from the log of the server started here, or from the dev mailbox.
code_for() {
  local code
  for _ in $(seq 100); do
    if [ -n "$server" ]; then
      code=$(grep -o "mail to=$1 code=[0-9]*" "$log" | tail -n 1 | sed 's/.*code=//') || true
    else
      code=$(curl --silent "$url/dev/mailbox.json" | node -e '
        const mails = [JSON.parse(require("node:fs").readFileSync(0, "utf8"))].flat().flatMap((all) => all.mails ?? all);
        const mail = mails.find((one) => JSON.stringify(one.to).includes(process.argv[1]));
        console.log(mail?.code ?? "");
      ' "$1") || true
    fi
    if [ -n "$code" ]; then echo "$code"; return; fi
    sleep 0.1
  done
  return 1
}

start_server() {
  local port
  port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
  url=http://localhost:$port
  # A process group of its own, so that npm, its shell and the server end together.
  set -m
  PORT=$port PUBLIC_URL=$url DATA_DIR=$scratch/data KEYS_DIR=$scratch/keys npm start >"$log" 2>&1 </dev/null &
  server=$!
  set +m
  for _ in $(seq 1200); do
    if curl --silent --fail --max-time 2 --output /dev/null "$url/health/ready"; then return; fi
    kill -0 "$server" 2>/dev/null || fail 'npm start ended'
    sleep 0.1
  done
  fail 'npm start is not ready after two minutes'
}

if [ $# -gt 0 ]; then url=${1%/}; else start_server; echo "ok  npm start: $url"; fi

email="ada-$RANDOM$RANDOM@example.com"
password='a lighthouse keeper counts ships'
signed_in='{ accessToken refreshToken session { id } user { id email emailVerified roles { name } } }'

answer=$(gql 'mutation ($input: RegisterInput!) { register(input: $input) { challengeToken purpose codeLength sentTo } }' \
  "{\"input\":{\"email\":\"$email\",\"password\":\"$password\",\"displayName\":\"Ada\"}}")
have 'register gives a challenge' "$answer" data.register.challengeToken
challenge=$value

answer=$(gql 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }' \
  "{\"input\":{\"identifier\":\"$email\",\"password\":\"not it, not at all\"}}")
want 'login with a wrong password is refused' INVALID_CREDENTIALS "$answer" errors.0.extensions.code

code=$(code_for "$email") || fail 'no mail with a code came'
echo 'ok  the code came by mail'
wrong=$(node -p 'process.argv[1].replace(/.$/, (digit) => (Number(digit) + 1) % 10)' "$code")
verify="mutation (\$input: VerifyOtpInput!) { verifyOtp(input: \$input) { __typename ... on SignedIn $signed_in } }"
answer=$(gql "$verify" "{\"input\":{\"challengeToken\":\"$challenge\",\"code\":\"$wrong\"}}")
want 'verifyOtp with a wrong code is refused' INVALID_CODE "$answer" errors.0.extensions.code
answer=$(gql "$verify" "{\"input\":{\"challengeToken\":\"$challenge\",\"code\":\"$code\"}}")
want 'verifyOtp signs in' SignedIn "$answer" data.verifyOtp.__typename
have 'verifyOtp gives an access token' "$answer" data.verifyOtp.accessToken
access=$value
have 'verifyOtp gives a refresh token' "$answer" data.verifyOtp.refreshToken
refresh=$value

me='{ me { email emailVerified displayName roles { name } permissions sessions { id current device } } }'
answer=$(gql "$me" '{}' -H "authorization: Bearer $access")
want 'me is who registered' "$email" "$answer" data.me.email
want 'me has a proven address' true "$answer" data.me.emailVerified
want 'me has a session, this one' true "$answer" data.me.sessions.0.current
answer=$(gql "$me" '{}')
want 'me without a token is refused' UNAUTHENTICATED "$answer" errors.0.extensions.code

renew="mutation (\$input: RefreshInput) { refresh(input: \$input) $signed_in }"
answer=$(gql "$renew" "{\"input\":{\"refreshToken\":\"$refresh\"}}")
have 'refresh gives a new access token' "$answer" data.refresh.accessToken
access=$value
have 'refresh gives a new refresh token' "$answer" data.refresh.refreshToken
[ "$value" != "$refresh" ] || fail 'refresh gave the same refresh token again'
answer=$(gql "$me" '{}' -H "authorization: Bearer $access")
want 'me with the new token' "$email" "$answer" data.me.email

answer=$(gql 'mutation { logout { endedSessions } }' '{}' -H "authorization: Bearer $access")
want 'logout ends the session' 1 "$answer" data.logout.endedSessions
answer=$(gql "$me" '{}' -H "authorization: Bearer $access")
want 'me after logout is refused' TOKEN_REVOKED "$answer" errors.0.extensions.code

login="mutation (\$input: LoginInput!) { login(input: \$input) { __typename ... on SignedIn $signed_in } }"
answer=$(gql "$login" "{\"input\":{\"identifier\":\"$email\",\"password\":\"$password\"}}")
want 'login signs in again' SignedIn "$answer" data.login.__typename

# The same with the refresh token as a cookie, as a browser application would have it.
answer=$(gql "$login" "{\"input\":{\"identifier\":\"$email\",\"password\":\"$password\",\"tokenDelivery\":\"COOKIE\"}}" \
  --cookie-jar "$jar" -H "origin: $url")
want 'login for a browser signs in' SignedIn "$answer" data.login.__typename
want 'the refresh token is not in its body' '' "$answer" data.login.refreshToken
grep -q '^#HttpOnly_' "$jar" || fail 'no HttpOnly cookie came'
echo 'ok  it is an HttpOnly cookie'
answer=$(gql "$renew" '{}' --cookie "$jar" --cookie-jar "$jar" -H "origin: $url")
have 'refresh by cookie gives a new access token' "$answer" data.refresh.accessToken
access=$value
answer=$(gql "$renew" '{}' --cookie "$jar" -H 'origin: https://elsewhere.example')
have 'refresh by cookie from a foreign page is refused' "$answer" errors.0.extensions.code
answer=$(gql 'mutation { logout { endedSessions } }' '{}' --cookie "$jar" -H 'origin: https://elsewhere.example')
want 'logout by cookie from a foreign page is refused' FORBIDDEN "$answer" errors.0.extensions.code
answer=$(gql 'mutation { logoutAll { endedSessions } }' '{}' -H "authorization: Bearer $access" --cookie "$jar" --cookie-jar "$jar" -H "origin: $url")
want 'logoutAll ends both sessions' 2 "$answer" data.logoutAll.endedSessions
answer=$(gql "$me" '{}' -H "authorization: Bearer $access")
want 'me after logoutAll is refused' TOKEN_REVOKED "$answer" errors.0.extensions.code

# Signing out when the access token has expired: by the cookie, or by the refresh token of an app.
answer=$(gql "$login" "{\"input\":{\"identifier\":\"$email\",\"password\":\"$password\",\"tokenDelivery\":\"COOKIE\"}}" \
  --cookie-jar "$jar" -H "origin: $url")
want 'login for a browser signs in again' SignedIn "$answer" data.login.__typename
answer=$(gql 'mutation { logout { endedSessions } }' '{}' --cookie "$jar" --cookie-jar "$jar" -H "origin: $url")
want 'logout by cookie alone ends the session' 1 "$answer" data.logout.endedSessions
if grep -q 'sallyport-refresh' "$jar"; then fail 'logout has left the cookie'; fi
echo 'ok  logout clears the cookie'
answer=$(gql "$login" "{\"input\":{\"identifier\":\"$email\",\"password\":\"$password\"}}")
have 'login of an app gives a refresh token' "$answer" data.login.refreshToken
refresh=$value
leave='mutation ($input: LogoutInput) { logout(input: $input) { endedSessions } }'
answer=$(gql "$leave" "{\"input\":{\"refreshToken\":\"$refresh\"}}")
want 'logout by refresh token alone ends the session' 1 "$answer" data.logout.endedSessions
answer=$(gql "$renew" "{\"input\":{\"refreshToken\":\"$refresh\"}}")
want 'refresh after logout is refused' REFRESH_TOKEN_INVALID "$answer" errors.0.extensions.code
