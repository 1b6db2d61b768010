package identity

import "banyan/internal/platform/db"

func closeAccounts(tx *db.Tx, person string) error {
	for _, query := range []string{
		`DELETE FROM identity_session WHERE account_id IN (SELECT id FROM identity_account WHERE person_id = $1)`,
		`DELETE FROM identity_passkey WHERE account_id IN (SELECT id FROM identity_account WHERE person_id = $1)`,
		`DELETE FROM identity_sheet_code WHERE account_id IN (SELECT id FROM identity_account WHERE person_id = $1)`,
		`DELETE FROM identity_sheet WHERE account_id IN (SELECT id FROM identity_account WHERE person_id = $1)`,
		`DELETE FROM identity_recovery WHERE person_id = $1`,
		`DELETE FROM identity_code WHERE person_id = $1`,
		`UPDATE identity_account SET disabled = TRUE WHERE person_id = $1`,
	} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	return nil
}
