import {
  type Flow,
  SallyportProvider,
  useLogout,
  useSession,
  useSignIn,
  useSignUp,
  useTotpEnrollment,
} from '@sallyport/react';
import { useEffect, useState } from 'react';
import { Button, Linking, SafeAreaView, Text, TextInput } from 'react-native';
import { keepSession, sallyport } from './sallyport';

// Expo takes the default export of this file.
export default function App() {
  useEffect(keepSession, []);
  return (
    <SallyportProvider client={sallyport}>
      <SafeAreaView>
        <Screen />
      </SafeAreaView>
    </SallyportProvider>
  );
}

function Screen() {
  const session = useSession();
  const { logout, pending, error } = useLogout();
  if (session.status === 'unknown') return <Text>Waiting for the network …</Text>;
  if (session.status === 'signedOut') return <SignedOut />;
  return (
    <>
      <Text accessibilityRole="header">{session.user.email}</Text>
      <Button title="Sign out" disabled={pending} onPress={() => void logout()} />
      <Refused error={error} />
    </>
  );
}

function SignedOut() {
  const signIn = useSignIn();
  const signUp = useSignUp();
  const [identifier, setIdentifier] = useState('');
  const [password, setPassword] = useState('');
  if (signIn.challenge) return <Answer flow={signIn} />;
  if (signUp.challenge) return <Answer flow={signUp} />;
  return (
    <>
      <TextInput
        accessibilityLabel="E-mail"
        value={identifier}
        onChangeText={setIdentifier}
        autoCapitalize="none"
        keyboardType="email-address"
        textContentType="username"
      />
      <TextInput
        accessibilityLabel="Password"
        value={password}
        onChangeText={setPassword}
        secureTextEntry
        textContentType="password"
      />
      <Button title="Sign in" disabled={signIn.pending} onPress={() => void signIn.login({ identifier, password })} />
      <Button
        title="Sign up"
        disabled={signUp.pending}
        onPress={() => void signUp.register({ email: identifier, password })}
      />
      <Refused error={signIn.error ?? signUp.error} />
    </>
  );
}

function Answer({ flow }: { flow: Flow }) {
  const { challenge, verifyOtp, restart, pending, error } = flow;
  const [code, setCode] = useState('');
  if (challenge?.purpose === 'ENROLL_FACTOR') return <EnrollTotp challengeToken={challenge.challengeToken} />;
  return (
    <>
      <Text>{challenge?.sentTo ? `The code that was sent to ${challenge.sentTo}` : 'The code of your app'}</Text>
      <Code code={code} setCode={setCode} />
      <Button title="Verify" disabled={pending} onPress={() => void verifyOtp({ code })} />
      <Button title="Back" onPress={restart} />
      <Refused error={error} />
    </>
  );
}

/** The authenticator app is on the same phone: it is opened by the address, and no QR code is scanned. */
function EnrollTotp({ challengeToken }: { challengeToken: string }) {
  const { enrollment, enrollTotp, confirmTotp, pending, error } = useTotpEnrollment({ challengeToken });
  const [code, setCode] = useState('');
  if (!enrollment) return <Button title="Add an authenticator app" onPress={() => void enrollTotp()} />;
  return (
    <>
      <Button title="Open the app" onPress={() => void Linking.openURL(enrollment.uri)} />
      <Text selectable>{enrollment.secret}</Text>
      <Code code={code} setCode={setCode} />
      <Button title="Confirm" disabled={pending} onPress={() => void confirmTotp({ code })} />
      <Refused error={error} />
    </>
  );
}

function Code({ code, setCode }: { code: string; setCode(code: string): void }) {
  return (
    <TextInput
      accessibilityLabel="Code"
      value={code}
      onChangeText={setCode}
      keyboardType="number-pad"
      textContentType="oneTimeCode"
    />
  );
}

function Refused({ error }: { error: Error | null }) {
  return error && <Text accessibilityRole="alert">{error.message}</Text>;
}
