import { defineNotice } from '../notices/define-notice.js';

export const accountErased = defineNotice({
  name: 'account-erased',
  phrases: {
    en: {
      subject: 'Your account at {{product}} was erased',
      intro:
        'The people who run {{product}} have erased your account and the data that was kept about you. This is the last mail about it.',
      todo: 'There is nothing to do. You can open a new account with this address at any time.',
      notYou:
        'If you did not ask for it, write to the people who run {{product}}. The account itself cannot be brought back.',
    },
    de: {
      subject: 'Ihr Konto bei {{product}} wurde endgültig gelöscht',
      intro:
        'Der Betreiber von {{product}} hat Ihr Konto und die über Sie gespeicherten Daten endgültig gelöscht. Dies ist die letzte E-Mail dazu.',
      todo: 'Sie müssen nichts tun. Sie können mit dieser E-Mail-Adresse jederzeit ein neues Konto eröffnen.',
      notYou:
        'Sie haben nicht darum gebeten? Wenden Sie sich an den Betreiber von {{product}}. Das Konto selbst lässt sich nicht wiederherstellen.',
    },
    fr: {
      subject: 'Votre compte sur {{product}} a été effacé',
      intro:
        'Les responsables de {{product}} ont effacé votre compte et les données conservées à votre sujet. Ce message est le dernier à ce propos.',
      todo: 'Vous n’avez rien à faire. Vous pouvez ouvrir un nouveau compte avec cette adresse à tout moment.',
      notYou:
        'Vous ne l’avez pas demandé ? Écrivez aux responsables de {{product}}. Le compte lui-même ne peut pas être rétabli.',
    },
    es: {
      subject: 'Su cuenta en {{product}} se ha borrado definitivamente',
      intro:
        'Los responsables de {{product}} han borrado su cuenta y los datos que se conservaban sobre usted. Este es el último mensaje al respecto.',
      todo: 'No tiene que hacer nada. Puede abrir una cuenta nueva con esta dirección en cualquier momento.',
      notYou: '¿No lo pidió usted? Escriba a los responsables de {{product}}. La cuenta en sí no se puede recuperar.',
    },
  },
});
