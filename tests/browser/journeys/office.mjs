// The clerk takes a report in, the dispatcher sends it out.

/** Each act with one button on the case's page. */
export async function office(person, number) {
  const act = async (name) => {
    await person.go(`/work/${number}`);
    await person.press(`form[action$="/act/${name}"] button`);
  };
  await person.signIn("clerk-1");
  await act("accept");
  await act("register");
  await person.context.clearCookies({ name: "lw_session" });
  await person.signIn("dispatcher-1");
  await act("dispatch");
  await person.close();
}
