# A mail server for tests: keeps what it gets as numbered files in a folder, prints its port, and ends with its standard input.
#   smtp-server.py FOLDER none|starttls|tls [--password USER:PASSWORD] [--certificate FILE --key FILE] [--busy COUNT]
import argparse, asyncio, functools, os, ssl, sys
from aiosmtpd.smtp import AuthResult, SMTP

arguments = argparse.ArgumentParser()
arguments.add_argument('folder')
arguments.add_argument('security')
arguments.add_argument('--password')
arguments.add_argument('--certificate')
arguments.add_argument('--key')
arguments.add_argument('--busy', type=int, default=0)
options = arguments.parse_args()


class Keep:
    count = 0
    busy = options.busy

    async def handle_RCPT(self, server, session, envelope, address, _):
        if address.startswith('nobody@'):
            return '550 5.1.1 No such person'
        if self.busy > 0:
            self.busy -= 1
            return '451 4.3.0 Try again later'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = os.path.join(options.folder, f'{self.count:04}')
        with open(name + '.part', 'wb') as file:
            file.write(f'X-Test-From: {envelope.mail_from}\r\nX-Test-To: {",".join(envelope.rcpt_tos)}\r\nX-Test-Tls: {session.ssl is not None or options.security == "tls"}\r\n'.encode())
            file.write(envelope.original_content)
        os.rename(name + '.part', name + '.eml')
        return '250 OK'


def check(server, session, envelope, mechanism, data):
    given = f'{data.login.decode()}:{data.password.decode()}'
    return AuthResult(success=given == options.password, handled=given == options.password)


async def main():
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    keep = Keep()
    make = functools.partial(
        SMTP, keep, enable_SMTPUTF8=True, hostname='mail.test',
        tls_context=context if options.security == 'starttls' else None, require_starttls=options.security == 'starttls',
        auth_required=options.password is not None, auth_require_tls=options.security == 'starttls', authenticator=check if options.password else None)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, '127.0.0.1', 0, ssl=context if options.security == 'tls' else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)

asyncio.run(main())
