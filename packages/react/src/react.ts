export {
  type EmailChange,
  type Identities,
  type Profile,
  type Sessions,
  type Settings,
  useAuthSettings,
  useEmailChange,
  useIdentities,
  useProfile,
  useSessions,
} from './account.js';
export { type ApiKeys, useApiKeys } from './api-keys.js';
export type { Progress } from './attempt.js';
export {
  type Factors,
  type PasskeyEnrollment,
  type RecoveryCodes,
  type TotpEnrollment,
  useFactors,
  usePasskeyEnrollment,
  useRecoveryCodes,
  useTotpEnrollment,
} from './factors.js';
export type { Flow, OtpAnswer } from './flow.js';
export type { Listing } from './listing.js';
export { type Operation, useLogout, useOperation } from './operation.js';
export type { FieldProblem, FieldProblems } from './problems.js';
export { type Recovery, useRecovery } from './recovery.js';
export {
  SallyportProvider,
  type SallyportProviderProps,
  useImpersonator,
  useSallyport,
  useSession,
  useUser,
} from './session.js';
export { type SignIn, type SignInOptions, type SignUp, useSignIn, useSignUp } from './sign-in.js';
export { type StepUp, useStepUp } from './step-up.js';
