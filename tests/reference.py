"""The audit actions of the reference system, by workflow: attempted, succeeded and failed, or what merely occurred."""

_SAME = (
    "global_token_rotation",
    "user_token_rotation",
    "account_sync",
    "transaction_sync",
    "holdings_sync",
    "file_import",
)
REFERENCE = {name: [f"{name}_{outcome}" for outcome in ("attempted", "succeeded", "failed")] for name in _SAME} | {
    "user_registration": ["user_registration_attempted", "user_registered", "user_registration_failed"],
    "user_login": ["user_login_attempted", "user_login_success", "user_login_failed"],
    "email_verification": [
        "user_email_verification_attempted",
        "user_email_verified",
        "user_email_verification_failed",
    ],
    "user_password_change": [
        "user_password_change_attempted",
        "user_password_changed",
        "user_password_change_failed",
    ],
    "auth_token_refresh": ["auth_token_refresh_attempted", "auth_token_refreshed", "auth_token_refresh_failed"],
    "user_logout": ["user_logout_attempted", "user_logout", "user_logout_failed"],
    "password_reset_request": [
        "password_reset_request_attempted",
        "user_password_reset_requested",
        "user_password_reset_failed",
    ],
    "password_reset_confirm": [
        "password_reset_confirm_attempted",
        "user_password_reset_completed",
        "password_reset_confirm_failed",
    ],
    "token_rejected_due_to_rotation": ["token_rejected_version_mismatch"],
    "role_assignment": ["role_assignment_attempted", "role_assigned", "role_assignment_failed"],
    "role_revocation": ["role_revocation_attempted", "role_revoked", "role_revocation_failed"],
    "provider_connection": ["provider_connection_attempted", "provider_connected", "provider_connection_failed"],
    "provider_disconnection": [
        "provider_disconnection_attempted",
        "provider_disconnected",
        "provider_disconnection_failed",
    ],
    "provider_token_refresh": [
        "provider_token_refresh_attempted",
        "provider_token_refreshed",
        "provider_token_refresh_failed",
    ],
    "session_revocation": ["session_revocation_attempted", "session_revoked", "session_revocation_failed"],
    "session_evicted": ["session_evicted"],
    "all_sessions_revocation": [
        "all_sessions_revocation_attempted",
        "all_sessions_revoked",
        "all_sessions_revocation_failed",
    ],
}
