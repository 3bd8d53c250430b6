"""Signing in: the password, then a code where there is a second factor; and the page on which it is set up.

Between the two, nobody is signed in: the session remembers who has typed the right password, for ten minutes.
"""

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user_model, login, logout
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as verify

from timeline import roles
from timeline.security import second_factor, sessions, throttling
from timeline.security.log import note

PENDING = "password_accepted"
NEW_KEY = "new_second_factor"
SECONDS_FOR_THE_CODE = 10 * 60
LONGEST_NEXT = 2_000


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """As Django guards its own page for signing in."""
    return never_cache(csrf_protect(sensitive_post_parameters()(require_http_methods(["GET", "HEAD", "POST"])(view))))


class SignInForm(AdminAuthenticationForm):
    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        username: Any = self.fields["username"]
        username.validators.append(MaxLengthValidator(username.max_length))  # Django's own only tells the browser

    @property
    def nobody_can_sign_in(self) -> bool:
        """True until the first administrator has been made."""
        return not get_user_model()._default_manager.exists()


class CodeForm(forms.Form):
    """A code, and what is wrong with it in words."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )

    def refuse(self, answer: second_factor.Answer) -> None:
        if answer.wait:
            sentence = _("Too many wrong codes. The next one is looked at in %(wait)s.") % {
                "wait": throttling.in_words(answer.wait)
            }
        else:
            sentence = _("This code is not right. Each is valid for half a minute, and once.")
        self.add_error("code", sentence)


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        return safe_next(self.request)

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if second_factor.device_of(user) is None:
            return super().form_valid(form)
        remember(self.request, user, self.get_success_url())
        return HttpResponseRedirect(reverse("admin:sign_in_code"))


class SignInSite(admin.AdminSite):
    """Every page but those of signing in is for sign-ins that are complete."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor.suffices(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        within = super().admin_view(view, cacheable)

        @wraps(within)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            posted_from = page_of_form(request) if request.method == "POST" else ""
            if posted_from and not self.has_permission(request):
                return redirect_to_login(posted_from, reverse("admin:login"))
            return within(request, *args, **kwargs)

        return answer

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path("login/code/", guarded(partial(ask_for_code, self)), name="sign_in_code"),
            path("logout/", self.logout, name="logout"),  # also for whoever has come only halfway in
            path("two-factor/", guarded(partial(two_factor_page, self)), name="two_factor"),
        ]
        return own + super().get_urls()

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        onward = safe_next(request)
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(onward or reverse("admin:index"))
        if request.method == "GET" and second_factor.must_set_up(request.user):
            return redirect_to_login(onward or reverse("admin:index"), reverse("admin:two_factor"))
        context = self.each_context(request) | {
            "title": _("Sign in"),
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            REDIRECT_FIELD_NAME: onward or reverse("admin:index"),
        }
        answer: Any = SignIn.as_view(extra_context=context | (extra_context or {}))(request)
        return answer  # type: ignore[no-any-return]


def safe_next(request: HttpRequest) -> str:
    """Where the person was going: a page of this site, or nothing."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, ""))
    is_ours = len(wanted) <= LONGEST_NEXT and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def page_of_form(request: HttpRequest) -> str:
    """The page on which the posted form stood, where it is ours: what takes a post need not be a page itself."""
    said = request.headers.get("Referer", "")
    is_ours = len(said) <= LONGEST_NEXT and url_has_allowed_host_and_scheme(
        said, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    address = urlsplit(said if is_ours else "")
    of_the_desk = address.path.startswith(reverse("admin:index"))
    return urlunsplit(("", "", address.path, address.query, "")) if of_the_desk else ""


# --- the code at sign-in


def remember(request: HttpRequest, user: Any, onward: str) -> None:
    request.session.flush()  # whoever was signed in here before, and the key that they know
    request.session[PENDING] = {
        "user": str(user.pk),
        "backend": user.backend,
        "password": user.get_session_auth_hash(),
        "at": int(time.time()),
        "next": onward,
    }
    note("password-accepted", user=user, request=request)


def pending_user(request: HttpRequest) -> Any:
    """Who has typed the right password a moment ago and may still sign in with it."""
    pending = request.session.get(PENDING)
    if not pending or not 0 <= time.time() - pending["at"] < SECONDS_FOR_THE_CODE:
        return None
    user: Any = get_user_model()._default_manager.filter(pk=pending["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(pending["password"], user.get_session_auth_hash()):
        return None
    return user


def ask_for_code(site: SignInSite, request: HttpRequest) -> HttpResponse:
    user = pending_user(request)
    if user is None or second_factor.device_of(user) is None:
        onward = request.session.pop(PENDING, {}).get("next") or safe_next(request) or reverse("admin:index")
        if request.method == "POST":
            messages.warning(request, _("The time for the code has run out. Sign in anew."))
        return redirect_to_login(onward, reverse("admin:login"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        credentials = {"username": user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return throttling.locked_out(request, credentials=credentials)
        answer = second_factor.check(user, form.cleaned_data["code"])
        if answer.device:
            return _let_in(request, user, answer)
        note("code-refused", user=user, request=request, wait=answer.wait)
        AxesProxyHandler.user_login_failed(SignInSite, credentials, request)  # counts for the account and the origin
        form.refuse(answer)
        status = 429 if answer.wait else 200
    context = _bare(site, request) | {"title": _("Your code"), "form": form, "username": user.get_username()}
    return TemplateResponse(request, "admin/sign_in/code.html", context, status=status)


def _let_in(request: HttpRequest, user: Any, answer: second_factor.Answer) -> HttpResponse:
    pending = request.session.pop(PENDING)
    login(request, user, backend=pending["backend"])  # under a new key
    verify(request, second_factor.device_of(user))
    if answer.is_recovery:
        left = second_factor.codes_left(user)
        note("recovery-code-used", user=user, request=request, left=left)
        messages.warning(request, codes_left_sentence(left))
    return HttpResponseRedirect(pending["next"])


def codes_left_sentence(left: int) -> str:
    if not left:
        return _("That was the last recovery code. Make new ones on the page “Two-factor sign-in”.")
    return ngettext(
        "You signed in with a recovery code. %(left)s is left; if the phone is lost, set up another.",
        "You signed in with a recovery code. %(left)s are left; if the phone is lost, set up another.",
        left,
    ) % {"left": left}


# --- setting it up


def two_factor_page(site: SignInSite, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not (site.has_permission(request) or second_factor.must_set_up(user)):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if second_factor.device_of(user) is None or NEW_KEY in request.session:
        return _set_up(site, request, user)
    return _manage(site, request, user)


def _set_up(site: SignInSite, request: HttpRequest, user: Any) -> HttpResponse:
    key = request.session.setdefault(NEW_KEY, second_factor.new_key())
    posted = request.method == "POST"
    if posted and "_cancel" in request.POST:
        del request.session[NEW_KEY]
        return HttpResponseRedirect(reverse("admin:two_factor"))
    form = CodeForm(request.POST if posted else None)
    if form.is_valid():
        device = second_factor.set_up(user, key, form.cleaned_data["code"])
        if device is not None:
            del request.session[NEW_KEY]
            request.session.cycle_key()
            verify(request, device)
            sessions.end_all_of(user, but=request.session.session_key)
            return _show_codes(site, request, user)
        note("code-refused", user=user, request=request, wait=0)
        form.refuse(second_factor.Answer())
    device = second_factor.candidate(user, key)
    context = _context(site, request) | {
        "title": _("Set up two-factor sign-in"),
        "form": form,
        "picture": second_factor.picture(device),
        "secret": second_factor.secret_in_words(device),
        "must": roles.must_use_two_factors(user),
        "replaces": second_factor.device_of(user) is not None,
        REDIRECT_FIELD_NAME: safe_next(request),
    }
    return TemplateResponse(request, "admin/sign_in/set_up.html", context)


def _manage(site: SignInSite, request: HttpRequest, user: Any) -> HttpResponse:
    """What is set up; every change of it takes a code, so that a computer left alone is not enough."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    form.fields["code"].widget.attrs.pop("autofocus")
    status = 200
    if form.is_valid():
        answer = second_factor.check(user, form.cleaned_data["code"])
        if answer.device:
            return _change(site, request, user)
        note("code-refused", user=user, request=request, wait=answer.wait)
        form.refuse(answer)
        status = 429 if answer.wait else 200
    context = _context(site, request) | {
        "title": _("Two-factor sign-in"),
        "form": form,
        "device": second_factor.device_of(user),
        "codes_left": second_factor.codes_left(user),
        "must": roles.must_use_two_factors(user),
        REDIRECT_FIELD_NAME: safe_next(request),
    }
    return TemplateResponse(request, "admin/sign_in/two_factor.html", context, status=status)


def _change(site: SignInSite, request: HttpRequest, user: Any) -> HttpResponse:
    if "_codes" in request.POST:
        return _show_codes(site, request, user)
    if "_turn_off" in request.POST and not roles.must_use_two_factors(user):
        second_factor.take_away(user, "second-factor-turned-off")
        logout(request)
        messages.success(request, _("Two-factor sign-in is off. Sign in with your password."))
        return redirect_to_login(reverse("admin:index"), reverse("admin:login"))
    request.session[NEW_KEY] = second_factor.new_key()
    return HttpResponseRedirect(reverse("admin:two_factor"))


def _show_codes(site: SignInSite, request: HttpRequest, user: Any) -> HttpResponse:
    context = _context(site, request) | {
        "title": _("Your recovery codes"),
        "codes": second_factor.new_recovery_codes(user),
        "onward": safe_next(request) or reverse("admin:index"),
    }
    return TemplateResponse(request, "admin/sign_in/recovery_codes.html", context)


def _context(site: SignInSite, request: HttpRequest) -> dict[str, Any]:
    return site.each_context(request) if site.has_permission(request) else _bare(site, request)


def _bare(site: SignInSite, request: HttpRequest) -> dict[str, Any]:
    """The page of somebody who is not in yet: the way out, and nothing of what is inside."""
    return site.each_context(request) | {"is_nav_sidebar_enabled": False, "available_apps": [], "has_permission": False}
