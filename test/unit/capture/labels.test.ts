import { describe, expect, it } from 'vitest';
import { createCapture } from '../../../core/capture/index.ts';
import { isSecretText } from '../../../core/capture/secret-values.ts';

const LABELS = [
  'Mot de passe',
  'Mot de passe oublié ?',
  'mot de passe',
  'Passwort',
  'Passwort vergessen?',
  'API-Schlüssel eingeben',
  'Das Passwort muss mindestens 8 Zeichen lang sein',
  'Jeton',
  'Votre jeton a expiré.',
  'Saisissez votre clé API',
  '¿Olvidaste tu contraseña?',
  'Introduce tu clave de API',
  'Token wygasł. Zaloguj się ponownie.',
  'Nie pamiętasz hasła?',
  'Wpisz klucz API',
  'Informe a chave de API',
  'Password dimenticata?',
  'Şifre en az 8 karakter olmalıdır',
  'API anahtarını girin',
  'Пароль',
  'Пароль должен содержать не менее 8 символов',
  'Срок действия токена истёк',
  'パスワードは8文字以上で入力してください',
  'トークンの有効期限が切れました',
  'APIキーを入力',
  '密码',
  '令牌已过期，请重新登录',
  '输入API密钥',
  'API 키를 입력하세요',
  '비밀번호는 8자 이상이어야 합니다',
  'โทเคน JWT',
  'o JWT',
  'Password used to generate key',
  'Access Token',
  'Forgot password?',
];

const SECRETS = [
  'correct horse battery',
  'correct horse battery staple',
  'Correct Horse Battery Staple',
  'Correct horse battery staple',
  'p@ss w0rd',
  'Hasło2024',
  'Mot de passe 2024!',
  'zażółć gęślą jaźń',
  'Passwort123',
  'Geheim!Passwort',
  'Open sesame!',
  'swordfish',
  'ñandú7coche',
  '密码x7Kq9',
];

describe('a value under the name of a password', () => {
  it.each(LABELS)('is no secret where people shall read it: %s', (label) => {
    expect(isSecretText('password', label, 'quoted')).toBe(false);
  });

  it.each(SECRETS)('is a secret where it reads like none of those: %s', (secret) => {
    expect(isSecretText('password', secret, 'quoted')).toBe(true);
  });

  it('is none where it stands for one that is kept elsewhere, or is a checksum', () => {
    const capture = createCapture({ mode: 'redacted' });
    for (const text of [
      'github.com/comet/quartz v1.19.1 h1:W7GJQ6qXgNdK3nzvM610g1fhNl8ZwuGv60qp4SUZ/QM=\n',
      "curl -H 'Authorization: token ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' https://git.example.test",
      '> authorization: Bearer YOUR_CEREBRAS_API_KEY_HERE\n',
      'curl -H "Authorization: Bearer %ACME_ACCESS_TOKEN%" https://api.example.test',
    ]) {
      expect(capture.text('text.txt', text)).toMatchObject({ text });
    }
  });

  it('is left in JSON, YAML and code as it is in a parsed value', () => {
    const capture = createCapture({ mode: 'redacted' });
    for (const text of [
      '{"fr": {"login.password": "Saisissez votre clé API", "token": "Jeton"}}',
      'ru:\n  password: "Пароль должен содержать 8 символов"\n  secret: Введите ключ API\n',
      "export default { password: 'Mot de passe', forgot_password: 'Nie pamiętasz hasła?' };",
    ]) {
      expect(capture.text('text.txt', text)).toMatchObject({ text });
    }
  });
});
