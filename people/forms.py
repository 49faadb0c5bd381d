"""Forms about people."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.account_forms import NEW_PASSWORD_HINT
from people.models import JoinCode, Membership, PasswordCode, User, Workplace, code_as_typed
from people.permissions import May, Role


def new_password_field() -> forms.CharField:
    """Return the field in which somebody chooses a password."""
    return forms.CharField(
        label=_("Password"),
        help_text=NEW_PASSWORD_HINT,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter a password.")},
    )


class JoinCodeForm(forms.Form):
    """A code that works: all that somebody with an account needs to join another workplace."""

    code = forms.CharField(
        label=_("Join code"),
        help_text=_("Your manager gives you this. It looks like ABCD-2345."),
        max_length=20,
        error_messages={"required": _("Enter the code from your manager."), "max_length": _("A join code has 8 letters and digits.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> JoinCode:
        """Find the working code, however it was typed."""
        typed = code_as_typed(self.cleaned_data["code"])
        code = JoinCode.objects.working().select_related("workplace").filter(code=typed).first()
        if code is None:
            raise forms.ValidationError(_("This code does not work. Check it, or ask your manager for a new one."))
        return code


class JoinForm(JoinCodeForm, forms.ModelForm):  # type: ignore[type-arg]
    """A new account by join code: a name, a username and a password, nothing else."""

    password = new_password_field()
    field_order = ("code", "full_name", "username", "password")

    class Meta:
        model = User
        fields = ("full_name", "username")
        labels = {"full_name": _("Your full name"), "username": _("Choose a username")}
        help_texts = {
            "full_name": _("As it should stand in your progress log."),
            "username": _("You sign in with this. Use letters and digits, no spaces."),
        }
        error_messages = {
            "full_name": {"required": _("Enter your full name."), "max_length": _("Use 120 characters or fewer for your name.")},
            "username": {
                "required": _("Choose a username."),
                "unique": _("This username is taken. Choose another one."),
                "max_length": _("Use 60 characters or fewer for your username."),
            },
        }
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "username": forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        }

    def clean_username(self) -> str:
        """Refuse a name somebody has, whatever its capitals, beside the field it was typed in."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("This username is taken. Choose another one."))
        return username

    def clean_password(self) -> str:
        """Apply the site's rules for passwords."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.data.get("username", ""), full_name=self.data.get("full_name", "")))
        return password

    def save(self, commit: bool = True) -> Any:
        """Make the user, with the password hashed."""
        self.instance.set_password(self.cleaned_data["password"])
        return super().save(commit)


class NewPasswordForm(forms.Form):
    """A new password, with a code from a manager. Whether there is such a username is told to nobody."""

    username = forms.CharField(
        label=_("Username"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter your username.")},
    )
    code = forms.CharField(
        label=_("Password code"),
        help_text=_("Your manager gives you this. It looks like ABCD-2345 and works for one hour."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code from your manager.")},
    )
    password = new_password_field()

    user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Find whose code it is, then hold the new password against the site's rules."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        self.user = PasswordCode.owner_of(cleaned["username"], cleaned["code"])
        if self.user is None:
            raise forms.ValidationError(_("This username and code do not work together. Check both, or ask your manager for a new code."))
        try:
            validate_password(cleaned["password"], self.user)
        except forms.ValidationError as errors:
            self.add_error("password", errors)
        return cleaned


class CoverForm(forms.Form):
    """Who signs off here while somebody is away, and on which days."""

    colleague = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who covers?"),
        help_text=_("Somebody who works here, or who signs off at another of your employer’s workplaces."),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose a colleague."), "invalid_choice": _("Choose a colleague from the list.")},
    )
    first = forms.DateField(
        label=_("First day"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Enter the first day."), "invalid": _("Enter a real day, such as 23 11 2026.")},
    )
    last = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Enter the last day."), "invalid": _("Enter a real day, such as 23 11 2026.")},
    )

    def __init__(self, workplace: Workplace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Membership.objects.current()
        sign = current.that(May.SIGN_OFF)
        known = current.filter(workplace=workplace) | sign.filter(workplace__employer=workplace.employer)
        people = User.objects.filter(pk__in=known.values("user")).exclude(pk__in=sign.filter(workplace=workplace).values("user"))
        self.fields["colleague"].queryset = people.order_by("full_name")  # type: ignore[attr-defined]


class ChangeRoleForm(forms.Form):
    """Another role for somebody at the same workplace."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, error_messages={"required": _("Choose a role.")})
    job_title = forms.CharField(
        label=_("Job title"),
        help_text=_("Stands beside the name on every sign-off."),
        max_length=80,
        required=False,
        error_messages={"max_length": _("This job title is too long. Use 80 characters or fewer.")},
    )
