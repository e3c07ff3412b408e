/**
 * Secrets that commands and statements take: `mysql -p…`, `redis-cli -a …`, `echo … | docker login`, `IDENTIFIED BY`.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html
 * @see https://redis.io/docs/latest/develop/tools/cli/
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import type { Rule } from './rule.ts';
import { sessionRules } from './sessions.ts';

/** A value, not a variable, a flag or a mark where one goes. */
function isGiven(_: RegExpExecArray, value: string): boolean {
  return !/^[$%-]/.test(value) && isSecretText('password', value, 'quoted');
}

export const commandRules = (): readonly Rule[] => [
  {
    id: 'command-user',
    description: 'The password in `curl -u user:password`',
    tag: 'secret',
    keywords: [' -u', ' --user'],
    pattern:
      /(?:(?<=(?:\b|\\[nrt])(?:curl|wget|http|https|xh)\b[^\n]{0,400})) (?:-u|--user)[ =]?\\{0,7}["']?[^\s"':\\]{1,128}:([^\s"'\\]{1,256})/dy,
    check: isGiven,
    examples: {
      match: ['curl -s -u admin:«hunter2» https://x.test', 'curl --user "admin:«hunter2»" x'],
      noMatch: ['sort -u a:b', 'curl -u admin:$PASS x', 'docker run -u 1000:1000 image'],
    },
  },
  {
    id: 'command-password',
    description: 'The password after `-p` of the commands that take one there',
    tag: 'secret',
    keywords: [' -p'],
    pattern:
      /(?<=(?:\b|\\[nrt])(?:sshpass|docker login|podman login|helm registry login|twine upload|oc login|cf login|ibmcloud login)\b[^\n]{0,400}) -p ?\\{0,7}["']?([^\s"'\\]{1,256})/dy,
    check: isGiven,
    examples: {
      match: [
        'twine upload -u me -p «hunter2» dist/*',
        'oc login https://api.x.test:6443 -u kubeadmin -p «hunter2»',
        'sshpass -p «hunter2» ssh host',
        "docker login -u me -p '«hunter2»' registry",
      ],
      noMatch: ['docker run -p 80:80 image', 'sshpass -p $PASS ssh host', 'mkdir -p a/b'],
    },
  },
  {
    id: 'command-mysql-password',
    description: 'The password that sticks to the `-p` of a MySQL or MariaDB client',
    tag: 'secret',
    keywords: ['mysql', 'mariadb'],
    pattern:
      /(?:mysql|mariadb)[a-z_-]{0,12}[ \t][^\r\n|;]{0,300}?(?<=[ \t])-p\\{0,7}["']?([^\s"'\\;|-][^\s"'\\;|]{0,255})/dy,
    check: isGiven,
    examples: {
      match: [
        'mysql -u root -p«Tr0ub4dor3» shop',
        "mysqldump -uroot -p'«Tr0ub4dor3»' shop",
        'mariadb -p«hunter2»',
      ],
      noMatch: ['mysql -u root -p', 'mysql -p shop', 'mysql -p$MYSQL_PASSWORD', 'mysql --port=3306 -P 3306'],
    },
  },
  {
    id: 'command-client-password',
    description: 'The password flag of Redis, MongoDB, LDAP, Azure, SMB and SQL Server clients',
    tag: 'secret',
    keywords: [
      'redis-cli ',
      'mongo',
      'ldap',
      'az login',
      'az acr',
      'smbclient ',
      'sqlcmd ',
      'kinit ',
      'ipmitool ',
    ],
    pattern:
      /(?:redis-cli [^\r\n|]{0,300}?(?<= )-a|mongo(?:sh|dump|restore|export|import)? [^\r\n|]{0,300}?(?<= )-p|ldap(?:search|modify|add|delete|passwd|whoami) [^\r\n|]{0,300}?(?<= )-w|az (?:login|acr login) [^\r\n|]{0,300}?(?<= )-p|sqlcmd [^\r\n|]{0,300}?(?<= )-P|ipmitool [^\r\n|]{0,300}?(?<= )-P|smbclient [^\r\n|]{0,300}?(?<= )-U ?["']?[^\s%"']{1,64}%)[ \t]{0,2}\\{0,7}["']?([^\s"'\\;|-][^\s"'\\;|]{0,255})/dy,
    check: isGiven,
    examples: {
      match: [
        'redis-cli -a «Tr0ub4dor3» ping',
        'mongosh -u jane -p «Tr0ub4dor3» db',
        'ldapsearch -x -D cn=admin -w «Tr0ub4dor3»',
        'smbclient //srv/share -U jane%«Tr0ub4dor3»',
        'sqlcmd -S db -U sa -P "«Tr0ub4dor3»"',
      ],
      noMatch: [
        'redis-cli -a $REDIS_PASSWORD',
        'mongosh --port 27017',
        'the mongo driver',
        'ldapsearch -W -x',
      ],
    },
  },
  {
    id: 'command-piped',
    description: 'A password that `echo` gives to a command',
    tag: 'secret',
    keywords: ['echo ', 'printf '],
    pattern:
      /(?:echo|printf) (?:-n )?(?:\\{0,7}["']?%s(?:\\{1,7}n)?\\{0,7}["']? )?\\{0,7}["']?(?:[a-z_][a-z0-9_-]{0,31}:)?([^\s"'|\\]{4,256})\\{0,7}["']? ?\| ?(?:(?:docker|podman|helm registry|gh auth|oras|crane auth|az acr|npm|skopeo|buildah) login|(?:gh|gitea|glab) (?:secret|variable) set|(?:wrangler|npx wrangler) secret put|vercel env add|(?:docker|podman) secret create|vault (?:kv put|write|login)|gcloud secrets|op (?:item|document)|pass insert|sudo (?:-[a-zA-Z]{1,8} )?-S|chpasswd|passwd|kinit|cryptsetup|smbpasswd|su )/dy,
    check: isGiven,
    examples: {
      match: [
        'echo "«Tr0ub4dor3»" | docker login --password-stdin',
        'echo «Tr0ub4dor3» | sudo -S ls',
        "echo 'root:«Tr0ub4dor3»' | chpasswd",
        "printf '%s' '«Tr0ub4dor3»' | gh secret set DB_PASSWORD",
        'echo -n "«Tr0ub4dor3»" | docker secret create db -',
      ],
      noMatch: ['echo "$TOKEN" | docker login', 'echo done | tee log'],
    },
  },
  {
    id: 'command-openssl-password',
    description: 'A pass phrase argument of OpenSSL',
    tag: 'secret',
    keywords: ['pass:', ' -k '],
    pattern:
      /(?:(?<=-pass(?:in|out|wd)? \\{0,7}["']?)pass:|(?<=openssl [^\r\n|]{0,200}) -k )([^\s"'\\]{1,256})/dy,
    check: isGiven,
    examples: {
      match: [
        'openssl rsa -in k.pem -passin pass:«Tr0ub4dor3»',
        'openssl enc -aes-256-cbc -k «Tr0ub4dor3» -in a',
      ],
      noMatch: ['pass: 3 fail: 0', 'curl -k https://x.test', 'openssl rsa -passin pass:$PASS'],
    },
  },
  {
    id: 'command-net-use',
    description: 'The password of `net use`, `cmdkey` and `htpasswd`',
    tag: 'secret',
    keywords: ['net use ', 'htpasswd -'],
    pattern:
      /(?:net use (?:[^\r\n]{0,200}?\/user:[^\s]{1,64} |(?:[a-z]:|\*)? ?\\{2,8}[^\s]{1,200} (?=[^\s]{1,128} \/user:))|htpasswd -[a-zA-Z]{0,6}b[a-zA-Z]{0,6} (?:[^\s-][^\s]{0,200} )?[^\s]{1,64} )["']?([^\s"'/*|>]{1,128})/diy,
    check: isGiven,
    examples: {
      match: [
        'net use \\\\srv\\share /user:jane «Tr0ub4dor3»',
        'net use Z: \\\\srv\\share «Tr0ub4dor3» /user:X\\jane',
        'htpasswd -bc .htpasswd jane «Tr0ub4dor3»',
      ],
      noMatch: ['net use \\\\srv\\share', 'net use z: /user:jane *', 'htpasswd -c file jane'],
    },
  },
  {
    id: 'powershell-secure-string',
    description: 'The plain text of a PowerShell secure string',
    tag: 'secret',
    keywords: ['convertto-securestring'],
    pattern:
      /convertto-securestring(?:[ \t]{1,4}-(?:string|asplaintext|force)){0,3}[ \t]{1,4}(?:\\{0,7}["']){1,4}(?![\s;,)])([^"'\r\n\\]{1,256})/diy,
    check: isGiven,
    examples: {
      match: [
        'ConvertTo-SecureString "«Tr0ub4dor&3»" -AsPlainText -Force',
        "ConvertTo-SecureString -String '«Tr0ub4dor&3»' -AsPlainText",
      ],
      noMatch: ['ConvertTo-SecureString $pw -AsPlainText', 'ConvertTo-SecureString "$pw"'],
    },
  },
  {
    id: 'sql-password',
    description: 'The password of an SQL user',
    tag: 'secret',
    keywords: ['identified ', "password '", 'password n', "password \\'", 'password "'],
    pattern:
      /(?:identified (?:with [^\s]{1,40} )?(?:by|as) (?:password )?|password )(?:N?(?:\\{0,7}["']){1,4}(?![\s;,)])([^"'\r\n\\]{1,256})|(?<=by )([^\s"';,)]{4,128}(?<=\d[^\s"';,)]{0,127})))/diy,
    check: (match, value) => isGiven(match, value) && !/^(?:\S+ ){3}/.test(value),
    examples: {
      match: [
        "ALTER USER root IDENTIFIED WITH mysql_native_password BY '«Tr0ub4dor&3»';",
        "CREATE USER app WITH PASSWORD '«Tr0ub4dor&3»';",
        "CREATE ROLE app LOGIN ENCRYPTED PASSWORD '«Tr0ub4dor&3»';",
        'create user scott identified by «Tr0ub4dor3»;',
      ],
      noMatch: ['identified by a unique id', 'CREATE USER app WITH PASSWORD :password;', "PASSWORD '***'"],
    },
  },
  {
    id: 'oracle-login',
    description: 'The password of an Oracle login, `user/password@service`',
    tag: 'secret',
    keywords: ['thin:', 'sqlplus '],
    pattern:
      /(?:thin:|sqlplus (?:-[A-Za-z]{1,4} ){0,4}["']?)[A-Za-z][^\s/"'@]{0,63}\/([^\s@"'/]{1,128})(?=@)/dy,
    check: isGiven,
    examples: {
      match: ['jdbc:oracle:thin:scott/«Tr0ub4dor3»@db:1521:ORCL', 'sqlplus -s scott/«tiger1»@orcl'],
      noMatch: ['jdbc:oracle:thin:@db:1521:ORCL', 'sqlplus / as sysdba'],
    },
  },
  ...sessionRules(),
];
