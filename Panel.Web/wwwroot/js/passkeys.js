// Makes and uses passkeys: the browser speaks with the device, the panel gives the challenge and checks what comes back.

const supported = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

const token = () => document.querySelector('input[name="__RequestVerificationToken"]')?.value ?? '';

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', RequestVerificationToken: token() },
    body: JSON.stringify(body ?? {}),
  });
  if (!answer.ok) {
    throw new Error(answer.status === 429 ? 'Too many attempts. Wait a minute and try again.' : await answer.text());
  }
  return answer;
}

/** Makes a passkey. Gives an empty text when it is made, else what to tell the person. */
export async function make(password, name) {
  if (!supported) {
    return 'This browser knows no passkeys, or the page is not protected (https).';
  }
  try {
    const options = await (await post('account/passkeys/options', { password })).json();
    const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    await post('account/passkeys', { password, name, credential: JSON.stringify(credential) });
    return '';
  } catch (failure) {
    if (failure.name === 'SecurityError') {
      return `Passkeys need a host name and https (or localhost); this page is at ${location.host}.`;
    }
    return failure.name === 'NotAllowedError' ? 'The passkey was not made.' : failure.message;
  }
}

async function signIn(button) {
  const message = document.getElementById('passkey-message');
  message.hidden = true;
  try {
    const options = await (await post('sign-in/passkey/options')).json();
    const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    await post('sign-in/passkey', { credential: JSON.stringify(credential) });
    location.assign(button.dataset.passkeySignIn);
  } catch (failure) {
    message.textContent = failure.name === 'NotAllowedError' ? 'No passkey was used.' : failure.message;
    message.hidden = false;
  }
}

for (const button of document.querySelectorAll('[data-passkey-sign-in]')) {
  button.hidden = !supported;
  button.addEventListener('click', () => signIn(button));
}
