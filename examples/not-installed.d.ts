/** What the examples take of packages that are not installed here, for their size. */
declare module 'next/headers' {
  export function headers(): Promise<Headers>;
}

declare module 'next/server' {
  export class NextResponse extends Response {
    static next(options: { request: { headers: Headers } }): NextResponse;
  }
}

declare module 'expo-secure-store' {
  export function getItemAsync(key: string): Promise<string | null>;
  export function setItemAsync(key: string, value: string): Promise<void>;
  export function deleteItemAsync(key: string): Promise<void>;
}

declare module 'react-native' {
  import type { ComponentType, ReactNode } from 'react';

  export const AppState: {
    addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
  };
  export const Linking: { openURL(url: string): Promise<unknown> };
  export const SafeAreaView: ComponentType<{ children: ReactNode }>;
  export const Text: ComponentType<{
    children: ReactNode;
    selectable?: boolean;
    accessibilityRole?: 'header' | 'alert';
  }>;
  export const Button: ComponentType<{ title: string; disabled?: boolean; onPress(): void }>;
  export const TextInput: ComponentType<{
    accessibilityLabel: string;
    placeholder?: string;
    value: string;
    onChangeText(text: string): void;
    secureTextEntry?: boolean;
    autoCapitalize?: 'none';
    keyboardType?: 'email-address' | 'number-pad';
    textContentType?: 'username' | 'password' | 'oneTimeCode';
  }>;
}
