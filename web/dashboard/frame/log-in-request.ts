// Asks for a new log-in on the page, for requests that no form sends. The page shows `LogInAgainOnRequest`.

type Ask = (account: string) => Promise<boolean>;

let ask: Ask | null = null;

export const onLogInRequest = (handler: Ask): (() => void) => {
  ask = handler;
  return () => {
    if (ask === handler) ask = null;
  };
};

/** @returns whether the account is logged in again now */
export const logInAgain: Ask = async (account) => (ask ? await ask(account) : false);
