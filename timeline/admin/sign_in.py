from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model


class SignInForm(AdminAuthenticationForm):
    @property
    def nobody_can_sign_in(self) -> bool:
        """True until the first administrator has been made."""
        return not get_user_model()._default_manager.exists()
