/**
 * Knows what is written for people under a secret's name: the labels and messages of an interface, in any language.
 *
 * @module
 */

/** “Password”, “token”, “key”, “secret” and what people are asked for beside them, as interfaces name them. */
const NAMES_OF_SECRETS = new Set(
  `password passwords passphrase passcode token tokens secret secrets key keys api jwt oauth pin url cookie cookies
  credential credentials
  passwort kennwort schlüssel geheimnis zugangsdaten anmeldedaten
  jeton jetons clé clef clés secrète
  contraseña contraseñas contrasenya clave claves secreto secreta credenciales
  senha senhas chave chaves segredo credenciais
  parola chiave chiavi segreto credenziali
  hasło hasła haseł hasłem klucz klucza klucze sekret żeton
  wachtwoord wachtwoorden sleutel geheim
  lösenord nyckel hemlighet adgangskode nøgle hemmelighed passord nøkkel hemmelighet salasana avain tunnus
  heslo hesla heslá klíč klíče kľúč tajemství tajomstvo jelszó jelszava kulcs titok parolă cheie jeton
  şifre şifreniz şifrenizi parolanız anahtar anahtarı anahtarını belirteç belirteci
  пароль пароля паролем пароли токен токена ключ ключа секрет секретный гасло маркер парола
  κωδικός κλειδί סיסמה مفتاح رمز
  mật khẩu sandi kata kunci`.split(/\s+/),
);
/** The same in scripts that put no blanks between words. */
const NAMES_WITHOUT_BLANKS =
  /密[码碼]|密[钥鑰]|口令|令牌|凭[证據据]|パスワード|トークン|キー|シークレット|비밀번호|암호|토큰|키|รหัส|โทเคน|คีย์/;
const WITHOUT_BLANKS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** Words that no pass phrase begins its second half with: what makes a sentence of words. */
const FUNCTION_WORDS = new Set(
  `a an the is are was be to for from in on of at by with and or not your my our has have must should can you it this
  de la le les du des un une et ou votre vos mot est el los tu su para con y o do da os as um uma sua seu di il lo per
  der die das den dem ein eine ist und oder nicht ihr dein bitte zu nie się na w z och och er og av van het een je uw`.split(
    /\s+/,
  ),
);

const WORD = /^\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*$/u;
const MARKS_AROUND = /^[¿¡«“"'(‘„]+|[.,:;!?…»”"')’*]+$/gu;
const LONGEST = 512;

/**
 * Whether people are meant to read it: `Mot de passe`, `Nie pamiętasz hasła?`, `密码`. No word may hold a digit or a
 * mark, as those of passwords do; words in lower case alone are a pass phrase, and so are words that form no sentence.
 */
export function isLabel(text: string): boolean {
  if (text.length > LONGEST || !/\p{L}/u.test(text)) return false;
  if (WITHOUT_BLANKS.test(text)) return isLabelWithoutBlanks(text);
  const words = text
    .normalize('NFC')
    .split(/[\s\u00a0/–—]+/)
    .map((word) => word.replace(MARKS_AROUND, ''))
    .filter((word) => word !== '');
  const read = words.filter((word) => !/^\d{1,3}$/.test(word));
  if (read.length === 0 || !read.every((word) => WORD.test(word))) return false;
  const named = read.filter(isNameOfSecret).length;
  const [first = ''] = read;
  if (read.length === 1) return named === 1;
  const isAscii = /^[ -~]*$/.test(text);
  if (
    read.length === 2 &&
    named >= 1 &&
    isNameOfSecret(read[1] ?? '') &&
    (!isAscii || /^\p{Lu}/u.test(first))
  )
    return true;
  if (isMotDePasse(read)) return true;
  // An exclamation mark may be a password's.
  const isEnded = /[?…:.]$/.test(text);
  if (/^\p{Ll}/u.test(first))
    return named > 0 && (isEnded || read.some((word) => /^(?:API|JWT|URL|PIN)$/.test(word)));
  // `Correct Horse Battery`.
  if (named === 0 && !read.slice(1).some((word) => /^\p{Ll}|^\p{Lo}/u.test(word))) return false;
  return named > 0 || !isAscii || isEnded || read.slice(1).some((word) => FUNCTION_WORDS.has(word));
}

function isNameOfSecret(word: string): boolean {
  const lower = word.toLowerCase();
  return (
    NAMES_OF_SECRETS.has(lower) ||
    (lower.includes('-') && lower.split('-').some((part) => NAMES_OF_SECRETS.has(part)))
  );
}

/** French writes its word for a password as three. */
function isMotDePasse(words: readonly string[]): boolean {
  return /^(?:mot|mots) de passe$/i.test(words.join(' '));
}

/** Numbers and a few names in Latin letters may stand among the signs: `8文字以上`, `API密钥`. */
function isLabelWithoutBlanks(text: string): boolean {
  const latin = text.match(/[!-~]+/g) ?? [];
  if (!latin.every((part) => /^(?:\d{1,3}|[A-Z]{2,5}|[.,:;!?()/-]{1,3})$/.test(part))) return false;
  return NAMES_WITHOUT_BLANKS.test(text) || /[。？！…]\s*$/u.test(text) || text.length >= 8;
}
