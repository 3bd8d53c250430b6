"""Who may sign in, and as what. The roles are fixed by the code (`roles.py`): groups are given here, never edited."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from timeline.security import second_factor

admin.site.unregister(Group)
admin.site.unregister(User)

OWN_RIGHTS = ("is_active", "is_staff", "is_superuser", "groups")  # nobody changes these of their own account


class NewUserForm(UserCreationForm):  # type: ignore[type-arg]  # Django's own is not generic
    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "groups")
        field_classes = {"username": UserCreationForm.Meta.field_classes["username"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["username"].widget.attrs["autofocus"]  # the admin's own script puts the cursor there

    def save(self, commit: bool = True) -> Any:
        self.instance.is_staff = True  # whoever is entered here is to sign in here
        return super().save(commit)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]  # Django's own is not generic
    add_form = NewUserForm
    list_display = ("username", "full_name", "role_names", "is_active", "two_factors", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "first_name", "last_name")
    filter_horizontal = ()
    readonly_fields = ("two_factors", "last_login", "date_joined")
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related("groups").annotate(has_device=Exists(devices))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rights = ["groups", "is_active", "is_staff"]
        if request.user.is_superuser:
            rights.append("is_superuser")
        if obj is None:
            fields = ("username", "first_name", "last_name", "password1", "password2", "groups")
            return [(None, {"fields": fields})]
        return [
            (None, {"fields": ("username", "password", "first_name", "last_name")}),
            (gettext_lazy("What they may do"), {"fields": rights}),
            (gettext_lazy("Sign-in"), {"fields": ("two_factors", "last_login", "date_joined")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        own = OWN_RIGHTS if obj is not None and obj == request.user else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            kwargs["queryset"] = Group.objects.order_by("pk")
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.label = _("Roles")
            field.help_text = _("The table of who may do what is in the editors’ guide. Several add up.")
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HELP:
            field.help_text = HELP[db_field.name]
        return field

    # --- who may change whom

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _within_reach(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only whoever has never signed in, so has done nothing; of the others the name must stay with their work."""
        unused = obj is None or obj.last_login is None
        return super().has_delete_permission(request, obj) and _within_reach(request.user, obj) and unused

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """One's own only with the old one: else whoever finds the desk open could take the account over."""
        user = self.get_object(request, unquote(id))
        if user == request.user and self.has_change_permission(request, user):
            messages.info(request, _("Nothing is changed yet: your own password is changed here, with the old one."))
            return HttpResponseRedirect(reverse("admin:password_change"))
        return super().user_change_password(request, id, form_url)

    # --- what is shown

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, user: User) -> str:
        names = [_("Superuser")] if user.is_superuser else []
        return ", ".join([*names, *sorted(group.name for group in user.groups.all())])

    @admin.display(description=gettext_lazy("two-factor sign-in"))
    def two_factors(self, user: Any) -> str:
        if getattr(user, "has_device", False):
            return _("set up")
        return _("not set up")

    # --- a new beginning for whoever has lost phone and recovery codes

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.reset_view))
        return [path("<path:object_id>/two-factor/reset/", view, name="auth_user_reset"), *super().get_urls()]

    def reset_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = self.get_object(request, unquote(object_id))
        if user is None:
            raise Http404
        if user == request.user or not self.has_change_permission(request, user):
            raise PermissionDenied
        page = reverse("admin:auth_user_change", args=[user.pk])
        if request.method == "POST":
            second_factor.take_away(user, "second-factor-reset")
            self.log_change(request, user, _("Two-factor sign-in was reset."))
            messages.success(
                request,
                _("%(name)s signs in with the password alone next time, and sets it up anew.")
                % {"name": user.get_username()},
            )
            return HttpResponseRedirect(page)
        context = self.admin_site.each_context(request) | {
            "title": _("Reset two-factor sign-in"),
            "opts": self.opts,
            "person": user,
            "page": page,
        }
        return TemplateResponse(request, "admin/sign_in/reset.html", context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        user = context.get("original")
        may = user is not None and user != request.user and self.has_change_permission(request, user)
        context["may_reset"] = may and user.has_device
        return super().render_change_form(request, context, *args, **kwargs)


HELP = {
    "first_name": gettext_lazy("Read above the forms that they have open. What they did stands under the username."),
    "last_name": gettext_lazy("Read above the forms that they have open. What they did stands under the username."),
    "is_active": gettext_lazy("Off: they cannot sign in, and are signed out everywhere. Their work keeps their name."),
    "is_staff": gettext_lazy("On: they may sign in to the editors’ pages."),
    "is_superuser": gettext_lazy("Everything, on every page. Only a superuser gives or takes this."),
}


def _within_reach(person: Any, user: Any) -> bool:
    return user is None or not user.is_superuser or person.is_superuser
