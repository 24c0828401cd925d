-- 0017_policy_payment.sql — what runs had paid, so that caps add up what was paid before.
CREATE TABLE policy_payment (
    case_id TEXT   PRIMARY KEY NOT NULL,     -- of the payment, or of what pays up or claims back
    policy  TEXT   NOT NULL,
    subject TEXT   NOT NULL,                 -- person:…, household:…, enterprise:…
    on_date TEXT   NOT NULL,                 -- the day it was decided for
    run     BIGINT NOT NULL REFERENCES policy_run (number),
    fen     BIGINT NOT NULL                  -- below 0 where it is claimed back
);

CREATE INDEX policy_payment_policy ON policy_payment (policy, on_date);
CREATE INDEX policy_payment_subject ON policy_payment (subject, policy);
