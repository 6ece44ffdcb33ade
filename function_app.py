"""The FunctionApp: registers every capability's blueprint, and nothing else."""

import azure.functions as func

from functions import (
    admin_audit,
    admin_providers,
    admin_tiers,
    admin_usage,
    admin_users,
    analyze_workout,
    api_docs,
    coach_chat,
    exercises,
    generate_workout,
    health,
    import_history,
    log_workout,
    login_oidc,
    next_workout,
    plans,
    profile,
    progress,
    register,
    reset_usage,
    session,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for capability in (
    register,
    session,
    login_oidc,
    profile,
    exercises,
    generate_workout,
    plans,
    next_workout,
    log_workout,
    import_history,
    analyze_workout,
    progress,
    coach_chat,
    admin_tiers,
    admin_users,
    admin_providers,
    admin_usage,
    admin_audit,
    health,
    api_docs,
    reset_usage,
):
    app.register_functions(capability.bp)
